import { dirname } from 'node:path';
import { type LoadedConfig, loadConfig } from '../adapters/config/load-config.ts';
import type { Origin, Path } from '../adapters/config/problem.ts';
import { AppError } from '../core/errors.ts';
import type { Cli } from './cli.ts';

/** The configuration with the flags on top; its warnings are told. */
export async function readConfig(cli: Cli, { listens = false } = {}): Promise<LoadedConfig> {
  const loaded = await load(cli, listens);
  for (const { level, text } of loaded.notes) {
    if (level === 'warning') cli.out.warn(text);
    else if (cli.globals.debug === true) cli.out.note(text);
  }
  return loaded;
}

/** The same without a word; what a reload uses. */
export async function load({ io, globals }: Cli, listens: boolean): Promise<LoadedConfig> {
  const { temporalAddress, namespace } = globals;
  const env = {
    ...io.env,
    ...(temporalAddress === undefined ? {} : { TEMPORAL_ADDRESS: temporalAddress }),
    ...(namespace === undefined ? {} : { TEMPORAL_NAMESPACE: namespace }),
  };
  const flags = {
    api_port: globals.port,
    api_host: globals.host,
    project: globals.project,
    ...(globals.debug === true ? { debug: true } : {}),
  };
  const options = { cwd: io.cwd, env, flags, listens };
  const loaded = await (globals.dir === undefined
    ? nearest(options, io.env.DISPATCH_STATE_DIR)
    : loadConfig({ ...options, dir: globals.dir }));
  const fromFlag: Readonly<Record<string, string | undefined>> = {
    address: temporalAddress === undefined ? undefined : '--temporal-address',
    namespace: namespace === undefined ? undefined : '--namespace',
  };
  const originOf = (path: Path): Origin => {
    const name = path[0] === 'temporal' ? fromFlag[String(path[1])] : undefined;
    return name === undefined ? loaded.originOf(path) : { kind: 'flag', name };
  };
  return { ...loaded, originOf };
}

/** From a folder without a project an agent still finds the one it works for. */
async function nearest(options: Parameters<typeof loadConfig>[0], stateDir: string | undefined) {
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
