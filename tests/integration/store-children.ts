import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach } from 'vitest';

const SCRIPT = fileURLToPath(new URL('store-child.ts', import.meta.url));
const UNSHARE = 'unshare';
const STRIP_TYPES = '--experimental-strip-types';

const children: ChildProcess[] = [];
const folders: string[] = [];

afterEach(async () => {
  await Promise.all(children.splice(0).map(end));
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true });
});

/** A state directory that is gone after the test. */
export function aStateDir(): string {
  const folder = mkdtempSync(join(tmpdir(), 'dispatch-store-'));
  folders.push(folder);
  return join(folder, 'state');
}

/** The command line of another process on the same store. */
export function childCommand(role: string, dir: string, name: string): readonly string[] {
  const flags = process.allowedNodeEnvironmentFlags.has(STRIP_TYPES) ? [STRIP_TYPES] : [];
  return [process.execPath, '--no-warnings', ...flags, SCRIPT, role, dir, name];
}

/** Another process on the same store; killed after the test if it still runs. */
export interface StoreChild {
  readonly process: ChildProcess;
  lines(): readonly string[];
  /** The exit code, or the signal that ended it; with what it wrote to stderr when it failed. */
  readonly ended: Promise<string>;
}

export function startChild(command: readonly string[]): StoreChild {
  const [file = '', ...args] = command;
  const child = spawn(file, args, { stdio: ['pipe', 'pipe', 'pipe'] });
  children.push(child);
  let output = '';
  let problems = '';
  child.stdout.on('data', (chunk: Buffer) => {
    output += chunk;
  });
  child.stderr.on('data', (chunk: Buffer) => {
    problems += chunk;
  });
  return {
    process: child,
    lines: () => output.split('\n').slice(0, -1),
    ended: new Promise((resolve) => {
      child.on('close', (code, signal) => resolve(code === 0 ? '0' : `${code ?? signal} ${problems}`.trim()));
    }),
  };
}

/** Can this user mount a small file system of its own? */
export const canMount =
  spawnSync(UNSHARE, ['-rm', 'sh', '-c', 'mount -t tmpfs tmpfs /mnt'], { timeout: 5_000 }).status === 0;

/** Runs a command with a file system of its own at `dir`, which is gone with the process. */
export function onSmallDisk(size: string, dir: string, command: readonly string[]): readonly string[] {
  const script = `mount -t tmpfs -o size=${size} tmpfs "$0" && exec "$@"`;
  return [UNSHARE, '-rm', 'sh', '-c', script, dir, ...command];
}

function end(child: ChildProcess): Promise<void> {
  return new Promise((resolve) => {
    if (child.exitCode !== null || child.signalCode !== null) return resolve();
    child.once('close', () => resolve());
    child.kill('SIGKILL');
  });
}
