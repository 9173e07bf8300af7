import { spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { existsSync, mkdirSync, openSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { type Bench, until, writeProject } from './bench.ts';
import { type McpServer, startMcp } from './mcp.ts';

/** Something that agents are called through over MCP, with the stand-in for Claude Code as its agent. */
export interface Callee {
  readonly name: string;
  readonly project: string;
  readonly mcp: McpServer;
  /** Where its project keeps its records; '' = it has no project. */
  readonly stateDir: string;
  stop(): Promise<void>;
}

/** Ours first. */
export type Callees = readonly [Callee, ...Callee[]];

/** The one agent. */
export const AGENT = 'clerk';

/** A user of their own: home, agents.yaml, and `claude` on the PATH. */
function aUser(bench: Bench, home: string): NodeJS.ProcessEnv {
  const folder = join(home, 'agent');
  mkdirSync(folder, { recursive: true });
  mkdirSync(join(home, 'bin'));
  symlinkSync(join(bench.root, 'bench', 'children', 'fake-claude.sh'), join(home, 'bin', 'claude'));
  const config = join(home, 'agents.yaml');
  const agents = { [AGENT]: { directory: folder, description: 'Signs in and out' } };
  writeFileSync(config, JSON.stringify({ agents }));
  return {
    ...process.env,
    ...{ HOME: home, XDG_STATE_HOME: join(home, 's'), XDG_CONFIG_HOME: join(home, 'c') },
    PATH: [join(home, 'bin'), process.env.PATH].join(delimiter),
    ...{ AGENT_DISPATCH_CONFIG: config, BENCH_WITNESS: bench.witness.file },
  };
}

export interface OwnCallee {
  readonly name: string;
  readonly code: string;
  /** False: only what is read matters, nothing is carried out. */
  readonly worker: boolean;
  /** Puts something into the project's folder before anything opens it. */
  prepare?(home: string): Promise<void>;
}

/** This product as its users have it: `dispatch up` in a project's folder, and `dispatch mcp` as a client starts it. */
export async function startOwn(bench: Bench, { name, code, worker, prepare }: OwnCallee): Promise<Callee> {
  const { project, dir } = writeProject(bench, {});
  const env = aUser(bench, dir);
  await prepare?.(dir);
  const cli = join(code, 'cli', 'main.js');
  const up = worker ? await startUp(cli, dir, env) : null;
  const mcp = await startMcp({ command: process.execPath, args: [cli, 'mcp'], cwd: dir, env });
  return {
    ...{ name, project, mcp, stateDir: join(dir, '.dispatch') },
    async stop() {
      await mcp.close();
      await up?.stop();
    },
  };
}

/** Its pid for the end of the bench, should that come early. */
async function startUp(cli: string, cwd: string, env: NodeJS.ProcessEnv) {
  const log = join(cwd, 'up.log');
  const up = spawn(process.execPath, [cli, 'up'], {
    cwd,
    env,
    stdio: ['ignore', 'ignore', openSync(log, 'w')],
  });
  const gone = new Promise<void>((resolve) => up.once('exit', () => resolve()));
  const killNow = () => up.kill('SIGKILL');
  process.once('exit', killNow);
  await until('dispatch up says that it is up', () => {
    if (up.exitCode !== null)
      throw new Error(`dispatch up ended with ${up.exitCode}: ${readFileSync(log, 'utf8')}`);
    return existsSync(join(cwd, '.dispatch', 'up.json'));
  });
  return {
    async stop() {
      process.off('exit', killNow);
      up.kill('SIGTERM');
      await gone;
    },
  };
}

/** The tool before us; it has no process beside the one that its client starts. */
export async function startUpstream(
  bench: Bench,
  { name, command, prepare }: { name: string; command: string; prepare?(home: string): Promise<void> },
): Promise<Callee> {
  const home = join(bench.dir, `${name}-${randomUUID().slice(0, 8)}`);
  const env = aUser(bench, home);
  await prepare?.(home);
  const mcp = await startMcp({ command, args: ['serve'], cwd: home, env });
  return { name, project: '', mcp, stateDir: '', stop: () => mcp.close() };
}
