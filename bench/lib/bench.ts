import { randomUUID } from 'node:crypto';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Child, startChild } from './child.ts';
import type { Conditions } from './machine.ts';
import type { Witness } from './witness.ts';

/** What every row gets. */
export interface Bench {
  /** Root of the checkout. */
  readonly root: string;
  /** Folder of compiled code under test. */
  readonly code: string;
  /** A second build, measured in turn with the first; null = none. */
  readonly against: string | null;
  /** Temporary folder of this run. */
  readonly dir: string;
  readonly address: string;
  readonly serverPid: number;
  readonly quick: boolean;
  readonly profileDir: string | undefined;
  readonly witness: Witness;
  say(text: string): void;
}

/** One line of the result. */
export interface Row {
  readonly id: string;
  readonly what: string;
  readonly unit: string;
  readonly ours: number;
  /** The same on nothing but the platform, measured in turn with ours; null = no such thing. */
  readonly floor: number | null;
  /** Ours by floor (latency) or floor by ours (rates): above 1 = we cost more. Median of the rounds. */
  readonly ratio: number | null;
  /** For people; null = only reported. */
  readonly target: string | null;
  readonly reached: boolean | null;
  readonly conditions: Conditions;
  readonly more?: Readonly<Record<string, unknown>>;
}

export type RowMaker = (bench: Bench) => Promise<readonly Row[]>;

export interface SubjectOptions {
  readonly code?: string;
  readonly board?: 'json' | 'memory';
  readonly memory?: Readonly<Record<string, number>>;
  readonly slots?: number;
  readonly worker?: boolean;
  readonly api?: boolean;
  readonly marks?: boolean;
  /** Null = the local server that `up` starts or finds. */
  readonly address?: string | null;
  readonly agent?: string;
  readonly routes?: readonly Readonly<Record<string, unknown>>[];
  readonly queues?: Readonly<Record<string, readonly { id: string; name: string }[]>>;
  /** More keys of dispatch.yaml, laid over the others. */
  readonly config?: Readonly<Record<string, unknown>>;
  /** False: nothing is written into any audit trail. */
  readonly trail?: boolean;
  /** Puts something into the project's folder before anything opens it. */
  prepare?(dir: string): Promise<void>;
}

/** A project in a folder and a process of its own. */
export interface Subject {
  readonly project: string;
  readonly dir: string;
  readonly boardPath: string;
  readonly url: string;
  readonly child: Child;
}

/** Writes the configuration of a project whose agents sign in at the witness. */
export function writeProject(bench: Bench, options: SubjectOptions) {
  const { board = 'json', slots = 8, agent = bench.witness.agent, address = bench.address } = options;
  const project = `b-${randomUUID().slice(0, 8)}`;
  const dir = join(bench.dir, project);
  const boardPath = join(dir, 'board.json');
  mkdirSync(dir, { recursive: true });
  const queues = options.queues ?? { Todo: [], 'In Progress': [], Done: [] };
  writeFileSync(boardPath, JSON.stringify({ queues }, null, 2));
  const config = {
    project,
    board: board === 'json' ? { kind: 'json', path: 'board.json' } : { kind: 'memory' },
    agents: { noop: { kind: 'command', command: [agent] } },
    routes: options.routes ?? [{ queue_name: 'Todo', agent: 'noop', completed_queue: 'Done' }],
    max_concurrent_agents: slots,
    api_port: 0,
    ...(address === null ? {} : { temporal: { address } }),
    ...options.config,
  };
  writeFileSync(join(dir, 'dispatch.yaml'), JSON.stringify(config));
  return { project, dir, boardPath };
}

/** Starts a project's process with worker and, if wanted, API. */
export async function startSubject(bench: Bench, options: SubjectOptions = {}): Promise<Subject> {
  const files = writeProject(bench, options);
  await options.prepare?.(files.dir);
  const { code = bench.code, memory, worker = true, api = false, marks = false, trail = true } = options;
  const input = {
    code,
    dir: files.dir,
    memory: memory ?? null,
    worker,
    api,
    marks,
    trail,
    profileDir: bench.profileDir,
  };
  const child = await startChild('subject', input);
  const { url } = await child.call<{ url: string | null }>('ready');
  return { ...files, child, url: url ?? '' };
}

/** The process in which the floors run. */
export async function startFloor(bench: Bench, slots: number): Promise<Child> {
  const { code, address, witness, dir } = bench;
  return startChild('floor', { code, address, agent: witness.agent, slots, dir });
}

export const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

/** Waits until the condition holds; the benchmark fails with its name when it does not in time. */
export async function until(
  what: string,
  condition: () => Promise<boolean> | boolean,
  timeoutMs = 30_000,
): Promise<void> {
  const deadline = performance.now() + timeoutMs;
  while (!(await condition())) {
    if (performance.now() > deadline) throw new Error(`waited ${timeoutMs} ms for: ${what}`);
    await pause(4);
  }
}
