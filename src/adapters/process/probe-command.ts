import { execFile } from 'node:child_process';

/** How a probe ended. */
export interface ProbeResult {
  /** Null when it could not start or died by a signal. */
  readonly code: number | null;
  readonly signal: string | null;
  /** First line of what it said. */
  readonly said: string;
}

/** Runs a short command to its end; never rejects. */
export function probeCommand(argv: readonly string[], timeoutMs: number): Promise<ProbeResult> {
  const [file = '', ...args] = argv;
  return new Promise((resolve) => {
    const options = { timeout: timeoutMs, killSignal: 'SIGKILL' as const };
    const child = execFile(file, args, options, (error, stdout, stderr) => {
      const said =
        `${stderr}${stdout}`.split('\n', 1)[0] || (child.pid === undefined ? String(error?.message) : '');
      resolve({ code: child.exitCode, signal: child.signalCode, said });
    });
  });
}
