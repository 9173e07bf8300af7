import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import { fileURLToPath } from 'node:url';
import { onTestFinished } from 'vitest';
import type { TestProject } from './project.ts';

/** A process of a project that a test may kill. */
export interface ProjectProcess {
  readonly pid: number;
  /** When it said that it is up (epoch ms). */
  readonly upAt: number;
  readonly hostId: string | null;
  /** Of its HTTP API, if it has one. */
  readonly url: string | null;
  /** Waits until it has left by itself. */
  readonly gone: Promise<unknown>;
  /** SIGKILL, and wait until it is gone. */
  kill(): Promise<void>;
  /** SIGTERM, and wait until it has left; answers its exit code. */
  stop(): Promise<number | null>;
}

const ENTRY = fileURLToPath(new URL('./worker-process.ts', import.meta.url));

/** Starts a process of this project with a worker, an HTTP API or both; it does not outlive the test. */
export async function aProcess(
  { dir, project }: Pick<TestProject, 'dir' | 'project'>,
  roles: 'worker' | 'api' | 'worker,api' = 'worker',
  env: Readonly<Record<string, string>> = {},
): Promise<ProjectProcess> {
  const child = spawn(process.execPath, ['--no-warnings', ENTRY, dir, `${dir}/process.log`, roles], {
    cwd: dir,
    env: { ...project.env, ...env },
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  const gone = once(child, 'exit');
  const end = async (signal: NodeJS.Signals) => {
    if (child.exitCode === null && child.signalCode === null) child.kill(signal);
    await gone;
    return child.exitCode;
  };
  onTestFinished(async () => void (await end('SIGKILL')));
  const first = await Promise.race([firstLine(child.stdout), gone.then(() => null)]);
  if (first === null) throw new Error(`the process left before it was up, see ${dir}/process.log`);
  const { hostId, url } = JSON.parse(first) as { hostId: string | null; url: string | null };
  return {
    pid: child.pid ?? 0,
    upAt: Date.now(),
    ...{ hostId, url, gone },
    kill: async () => void (await end('SIGKILL')),
    stop: () => end('SIGTERM'),
  };
}

/** The first line that is ours; the pipe is read on, so that it never fills up. */
function firstLine(stdout: Readable): Promise<string> {
  return new Promise((resolve) => {
    createInterface({ input: stdout }).on('line', (line) => {
      if (line.startsWith('{"hostId"')) resolve(line);
    });
  });
}
