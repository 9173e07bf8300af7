import { randomUUID } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { loadConfig } from '../../src/adapters/config/load-config.ts';
import { openProject, type Project } from '../../src/compose.ts';
import { type RunningWorker, startWorker } from '../../src/compose-worker.ts';
import type { AgentAdapter } from '../../src/core/ports/agent.ts';
import type { Board } from '../../src/core/ports/board.ts';
import type { PromptFunction } from '../../src/core/ports/route-table.ts';
import type { Task } from '../../src/core/schema/task.ts';
import { temporalAddress, workflowBundle } from './temporal-server.ts';

type Queues = Readonly<Record<string, readonly Readonly<Record<string, unknown>>[]>>;

/** A project of a test: names only what matters. */
export interface TestProjectOptions {
  readonly queues?: Queues;
  /** Shell scripts by name; each becomes an executable beside the configuration and an agent of that name. */
  readonly agents?: Readonly<Record<string, string>>;
  readonly routes: readonly Readonly<Record<string, unknown>>[];
  /** More keys of dispatch.yaml. */
  readonly config?: Readonly<Record<string, unknown>>;
  readonly board?: Board;
  readonly adapters?: readonly AgentAdapter[];
  readonly promptFunctions?: ReadonlyMap<string, PromptFunction>;
  readonly address?: string;
  readonly env?: Readonly<Record<string, string>>;
  /** Writes what else belongs into the folder, which is also the home of the environment. */
  readonly prepare?: (dir: string) => void;
}

/** A real project in a folder of its own, on the shared server. */
export interface TestProject {
  readonly dir: string;
  readonly project: Project;
  readonly worker: RunningWorker | null;
  readonly logged: {
    readonly level: string;
    readonly message: string;
    readonly facts: Record<string, unknown>;
  }[];
  startWorker(): Promise<RunningWorker>;
  task(id: string): Promise<Task>;
  comments(id: string): Promise<string[]>;
  saveBoard(queues: Queues): void;
  readBoard(): { queues: Record<string, { id: string }[]> };
  close(): Promise<void>;
}

const quiet = (logged: TestProject['logged']) => {
  const at = (level: string) => (facts: Readonly<Record<string, unknown>>, message: string) =>
    void logged.push({ level, message, facts: { ...facts } });
  return { debug: at('debug'), info: at('info'), warn: at('warn'), error: at('error') };
};

/** Writes the files of a project, opens it and, unless told otherwise, starts its worker; all ends with the test. */
export async function aProject(
  options: TestProjectOptions & { readonly worker?: boolean },
): Promise<TestProject> {
  const dir = mkdtempSync(join(tmpdir(), 'dispatch-project-'));
  const boardPath = join(dir, 'board.json');
  const saveBoard = (queues: Queues) => writeFileSync(boardPath, JSON.stringify({ queues }, null, 2));
  saveBoard(options.queues ?? { Todo: [], 'In Progress': [], Done: [], Failed: [] });
  for (const [name, script] of Object.entries(options.agents ?? {})) {
    writeFileSync(join(dir, `${name}.sh`), `#!/bin/sh\n${script}\n`, { mode: 0o755 });
  }
  writeFileSync(join(dir, 'dispatch.yaml'), JSON.stringify(configOf(options)));
  options.prepare?.(dir);
  const env = {
    ...process.env,
    HOME: dir,
    XDG_STATE_HOME: join(dir, 'state'),
    DISPATCH_WORKFLOW_BUNDLE: workflowBundle(),
    ...options.env,
  };
  const { settings } = await loadConfig({ cwd: dir, env });
  const logged: TestProject['logged'] = [];
  const { board, promptFunctions } = options;
  const project = await openProject({
    ...{ settings, env, log: quiet(logged) },
    ...(board === undefined ? {} : { board }),
    ...(promptFunctions === undefined ? {} : { promptFunctions }),
  });
  let worker: RunningWorker | null = null;
  let closed = false;
  const test: TestProject = {
    ...{ dir, project, logged, saveBoard },
    get worker() {
      return worker;
    },
    async startWorker() {
      worker = await startWorker(project, options.adapters ?? []);
      return worker;
    },
    task: (id) => project.context.board.getTask(id),
    comments: async (id) => (await project.context.board.getTask(id)).comments.map(({ text }) => text),
    readBoard: () => JSON.parse(readFileSync(boardPath, 'utf8')) as ReturnType<TestProject['readBoard']>,
    async close() {
      if (closed) return;
      closed = true;
      await worker?.stop();
      await project.close();
      rmSync(dir, { recursive: true, force: true, maxRetries: 3 });
    },
  };
  onTestFinished(() => test.close());
  if (options.worker !== false) await test.startWorker();
  return test;
}

function configOf({ agents = {}, routes, config = {}, address }: TestProjectOptions) {
  return {
    project: `t-${randomUUID().slice(0, 12)}`,
    board: { kind: 'json', path: 'board.json' },
    agents: Object.fromEntries(
      Object.keys(agents).map((name) => [name, { kind: 'command', command: [`./${name}.sh`] }]),
    ),
    routes,
    poll_interval: 1,
    report_every_hours: 0,
    temporal: { address: address ?? temporalAddress() },
    ...config,
  };
}

/** Waits until the condition gives something; fails with its name when it does not in time. */
export async function until<T>(
  what: string,
  condition: () => Promise<T | null | undefined | false> | T | null | undefined | false,
  timeoutMs = 45_000,
): Promise<T> {
  const deadline = performance.now() + timeoutMs;
  for (;;) {
    const value = await condition();
    if (value !== null && value !== undefined && value !== false) return value;
    if (performance.now() > deadline) throw new Error(`waited ${timeoutMs} ms for: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

/** Waits until the task is in that queue and nothing of it is under way any more. */
export async function settledIn(
  test: TestProject,
  taskId: string,
  queue: string,
  timeoutMs?: number,
): Promise<Task> {
  return until(
    `task ${taskId} settled in ${queue}`,
    async () => {
      const task = await test.task(taskId).catch(() => null);
      const state = await test.project.context.store.records.getTaskState(taskId);
      const over = state !== null && ['done', 'stuck', 'cancelled', 'dead'].includes(state.status);
      return task !== null && task.queueName === queue && over && task;
    },
    timeoutMs,
  );
}
