import { dirname } from 'node:path';
import type { LoadConfigOptions, LoadedConfig } from '../adapters/config/load-config.ts';
import type { Origin, Path } from '../adapters/config/problem.ts';
import { defaultProjectDir } from '../adapters/local/default-project.ts';
import { AppError } from '../core/errors.ts';
import type { Cli } from './cli.ts';
import { runFolder } from './run-folder.ts';

/** The configuration with the flags on top; its warnings are told. */
export async function readConfig(cli: Cli, { listens = false } = {}): Promise<LoadedConfig> {
  const loaded = await load(cli, listens);
  for (const { level, text } of loaded.notes) {
    if (level === 'warning') cli.out.warn(text);
    else if (cli.globals.debug === true) cli.out.note(text);
  }
  return loaded;
}

/** The same without a word. */
export async function load(cli: Cli, listens: boolean): Promise<LoadedConfig> {
  const { globals, io } = cli;
  const { loadConfig } = await import('../adapters/config/load-config.ts');
  const options = loadOptions(cli, listens);
  const loading =
    options.dir === undefined && options.file === undefined
      ? nearest(options, io.env.DISPATCH_STATE_DIR)
      : loadConfig(options);
  const loaded = await loading.catch(explained(io.env));
  const fromFlag: Readonly<Record<string, string | undefined>> = {
    address: globals.temporalAddress === undefined ? undefined : '--temporal-address',
    namespace: globals.namespace === undefined ? undefined : '--namespace',
  };
  const originOf = (path: Path): Origin => {
    const name = path[0] === 'temporal' ? fromFlag[String(path[1])] : undefined;
    return name === undefined ? loaded.originOf(path) : { kind: 'flag', name };
  };
  return { ...loaded, originOf };
}

/** What the flags and the environment say about loading. */
export function loadOptions({ io, globals }: Cli, listens: boolean): LoadConfigOptions {
  const { temporalAddress, namespace, port, host, project, debug } = globals;
  const dir =
    globals.dir ?? (globals.default === true ? defaultProjectDir(io.env) : (runFolder(io.env) ?? undefined));
  const env = {
    ...io.env,
    ...(temporalAddress === undefined ? {} : { TEMPORAL_ADDRESS: temporalAddress }),
    ...(namespace === undefined ? {} : { TEMPORAL_NAMESPACE: namespace }),
  };
  const flags = { api_port: port, api_host: host, project, ...(debug === true ? { debug } : {}) };
  if (globals.config !== undefined) return { cwd: io.cwd, env, flags, listens, file: globals.config };
  return { cwd: io.cwd, env, flags, listens, ...(dir === undefined ? {} : { dir }) };
}

/** From a folder without a project an agent still finds the one it works for. */
async function nearest(options: LoadConfigOptions, stateDir: string | undefined) {
  const { loadConfig } = await import('../adapters/config/load-config.ts');
  try {
    return await loadConfig(options);
  } catch (error) {
    const missing = error instanceof AppError && error.details?.missing === true;
    if (!missing || stateDir === undefined || stateDir === '') throw error;
    return loadConfig({ ...options, dir: dirname(stateDir) }).catch(() => {
      throw error;
    });
  }
}

/** A project of a program has no file; its agents reach it over HTTP. */
function explained({ DISPATCH_API_URL: url = '' }: Cli['io']['env']) {
  return (error: unknown): never => {
    const missing = error instanceof AppError && error.details?.missing === true;
    if (!missing || url === '') throw error;
    throw new AppError('invalid-config', 'the project of this run is defined by a program, not by a file', {
      hint: `use its MCP over HTTP: ${url}/mcp`,
      cause: error,
    });
  };
}
