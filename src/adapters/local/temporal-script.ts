import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { AppError } from '../../core/errors.ts';

/** The script that starts a real Temporal dev server; it lies beside package.json, for sources and builds alike. */
export const TEMPORAL_SCRIPT = fileURLToPath(new URL('../../../temporal-dev.sh', import.meta.url));

/** How a run of the script ended. */
export interface ScriptResult {
  readonly exitCode: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Longest time it may take: the first one on a machine may have to build the Temporal CLI. */
const SCRIPT_MS_MAX = 15 * 60_000;
const STDERR_LENGTH_MAX = 20_000;

/** What a run of the script needs. */
export interface ScriptOptions {
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Hears each line it says while it works. */
  readonly onLine?: (line: string) => void;
  /** Ends it in order. */
  readonly signal?: AbortSignal;
}

/** Runs `temporal-dev.sh`; its own process group, so that Ctrl-C on us does not cut it off half way. */
export function runTemporalScript(
  args: readonly string[],
  { env, onLine, signal }: ScriptOptions,
): Promise<ScriptResult> {
  return new Promise((resolve, reject) => {
    const child = spawn('bash', [TEMPORAL_SCRIPT, ...args], {
      ...{ env: env as NodeJS.ProcessEnv, detached: true, timeout: SCRIPT_MS_MAX },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    const interrupt = () => {
      if (child.pid !== undefined) process.kill(-child.pid, 'SIGINT');
    };
    signal?.addEventListener('abort', interrupt, { once: true });
    let stdout = '';
    let stderr = '';
    let rest = '';
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      stdout += text;
    });
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      stderr = (stderr + text).slice(-STDERR_LENGTH_MAX);
      const lines = (rest + text).split('\n');
      rest = lines.pop() ?? '';
      for (const line of lines) onLine?.(line);
    });
    child.once('error', (cause) => {
      reject(
        new AppError('temporal-unavailable', `cannot run ${TEMPORAL_SCRIPT}: ${cause.message}`, { cause }),
      );
    });
    // Not `close`: the server it leaves behind must not hold us through an inherited pipe.
    child.once('exit', (code) => {
      signal?.removeEventListener('abort', interrupt);
      setImmediate(() => resolve({ exitCode: code ?? 1, stdout, stderr }));
    });
  });
}

/** A server as the script reports it. */
export interface StartedServer {
  readonly pid: number;
  readonly address: string;
  /** Null: it has no Web UI. */
  readonly ui: string | null;
}

/** Starts a server, or finds the one that runs; throws `temporal-unavailable` or `port-taken` with the script's reason. */
export async function startServer(args: readonly string[], options: ScriptOptions): Promise<StartedServer> {
  const result = await runTemporalScript(['start', '--json', ...args], options);
  if (result.exitCode !== 0) throw failure(result);
  const { pid, address, uiAddress } = JSON.parse(result.stdout) as {
    pid: number;
    address: string;
    uiAddress: string;
  };
  return { pid, address, ui: uiAddress === '' ? null : uiAddress };
}

const PORT_TAKEN = 11;

function failure({ exitCode, stderr }: ScriptResult): AppError {
  const last = stderr.trim().split('\n').at(-1) ?? '';
  const reason = last.replace(/^temporal-dev: /, '') || `temporal-dev.sh ended with exit code ${exitCode}`;
  if (exitCode === PORT_TAKEN) {
    return new AppError('port-taken', `no local Temporal: ${reason}`, {
      hint: 'free the port, or use another server with --temporal-address',
    });
  }
  return new AppError('temporal-unavailable', `no local Temporal: ${reason}`, {
    hint: 'name a server with --temporal-address, or a Temporal CLI with TEMPORAL_CLI',
    details: { exitCode },
  });
}
