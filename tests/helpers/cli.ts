import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach } from 'vitest';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const STAMP = join(ROOT, 'dist', '.built');
const KILL_MS = 110_000;

/** Folder of the built commands while no source is newer than they, else of the sources. */
function entryFolder(): string {
  const newest = readdirSync(join(ROOT, 'src'), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .reduce((latest, entry) => Math.max(latest, statSync(join(entry.parentPath, entry.name)).mtimeMs), 0);
  const isFresh = existsSync(STAMP) && statSync(STAMP).mtimeMs > newest;
  return join(ROOT, isFresh ? 'dist/cli' : 'src/cli');
}

const FOLDER = entryFolder();
const EXTENSION = FOLDER.endsWith('dist/cli') ? 'js' : 'ts';

/** The executables of the package by their names. */
const ENTRIES = {
  dispatch: join(FOLDER, `main.${EXTENSION}`),
  'agent-dispatch': join(FOLDER, 'agent-dispatch', `main.${EXTENSION}`),
  producer: join(FOLDER, 'producer', `main.${EXTENSION}`),
};

/** Before 22.18 Node strips types only when told to. */
const FLAGS =
  EXTENSION === 'ts' && process.versions.node.startsWith('22.') ? ['--experimental-strip-types'] : [];

/** How a command ended. */
export interface CliResult {
  /** What a shell would show: 128 + signal number for a death by signal. */
  readonly exitCode: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** A command that runs. */
export interface CliProcess {
  readonly child: ChildProcess;
  readonly ended: Promise<CliResult>;
  /** Waits until what it wrote so far matches; fails when it ends or takes too long. */
  says(pattern: RegExp, timeoutMs?: number): Promise<RegExpExecArray>;
}

const folders: string[] = [];
const running = new Set<ChildProcess>();

afterEach(() => {
  for (const child of running) child.kill('SIGKILL');
  running.clear();
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true });
});

/** A folder that is gone after the test. */
export function aFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'dispatch-cli-'));
  folders.push(folder);
  return folder;
}

/** A folder with a dispatch.yaml, and a home of its own for everything a user shares. */
export function aProject({
  config,
  board = {},
}: {
  config: string;
  board?: Readonly<Record<string, readonly object[]>>;
}) {
  const folder = aFolder();
  writeFileSync(join(folder, 'dispatch.yaml'), config);
  writeFileSync(join(folder, 'board.json'), JSON.stringify({ queues: board }));
  const home = join(folder, 'home');
  mkdirSync(home);
  return {
    folder,
    env: { HOME: home, XDG_STATE_HOME: join(home, 'state'), XDG_CONFIG_HOME: join(home, 'config') },
  };
}

/** Where and with what a command runs. */
export interface CliOptions {
  readonly cwd: string;
  readonly env?: Readonly<Record<string, string>>;
  /** Absent = dispatch. */
  readonly program?: keyof typeof ENTRIES;
}

/** The command line as whoever starts programs wants it: nothing of ours in its environment but what is given. */
export function cliCommand(args: readonly string[], { cwd, env = {}, program = 'dispatch' }: CliOptions) {
  const inherited = Object.entries(process.env).filter(
    (entry): entry is [string, string] =>
      entry[1] !== undefined && !/^(DISPATCH_|TEMPORAL_(?!CLI)|NO_COLOR|FORCE_COLOR|NODE_)/.test(entry[0]),
  );
  return {
    command: process.execPath,
    args: [...FLAGS, ENTRIES[program], ...args],
    env: { ...Object.fromEntries(inherited), ...env },
    cwd,
  };
}

/** Starts the command line as a process of its own, without a terminal. */
export function startCli(args: readonly string[], options: CliOptions): CliProcess {
  const { command, args: words, cwd, env } = cliCommand(args, options);
  const child = spawn(command, words, {
    ...{ cwd, env, timeout: KILL_MS, killSignal: 'SIGKILL' },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  running.add(child);
  const written = { stdout: '', stderr: '' };
  child.stdout?.setEncoding('utf8').on('data', (text: string) => {
    written.stdout += text;
  });
  child.stderr?.setEncoding('utf8').on('data', (text: string) => {
    written.stderr += text;
  });
  const ended = new Promise<CliResult>((resolve) => {
    child.once('close', (code, signal) => {
      running.delete(child);
      resolve({ exitCode: code ?? (signal === 'SIGKILL' ? 137 : 128), ...written });
    });
  });
  return {
    ...{ child, ended },
    async says(pattern, timeoutMs = 30_000) {
      const deadline = performance.now() + timeoutMs;
      for (;;) {
        const found = pattern.exec(written.stdout + written.stderr);
        if (found !== null) return found;
        if (child.exitCode !== null || performance.now() > deadline) {
          throw new Error(`it did not say ${pattern}:\n${written.stdout}\n${written.stderr}`);
        }
        await new Promise((resolve) => setTimeout(resolve, 20));
      }
    },
  };
}

/** Runs the command line to its end. */
export function runCli(args: readonly string[], options: CliOptions): Promise<CliResult> {
  return startCli(args, options).ended;
}
