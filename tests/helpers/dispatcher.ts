import { randomUUID } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { AgentDispatcher, type DispatcherOptions, JsonFileAdapter, type Task } from '../../src/index.ts';
import { until } from './project.ts';
import { temporalAddress, workflowBundle } from './temporal-server.ts';

/** A dispatcher of a test, in a folder of its own, on the shared server. */
export interface TestDispatcher {
  readonly dispatcher: AgentDispatcher;
  readonly dir: string;
  readonly boardPath: string;
  readonly logged: { readonly level: string; readonly message: string; readonly facts: object }[];
  /** Reads the HTTP API. */
  get<Answer>(path: string): Promise<Answer>;
  readBoard(): { queues: Record<string, Task[]> };
}

/** The environment a dispatcher of a test works with. */
export function dispatcherEnv(dir: string): Record<string, string | undefined> {
  return {
    ...process.env,
    HOME: dir,
    XDG_STATE_HOME: join(dir, 'state'),
    TEMPORAL_ADDRESS: temporalAddress(),
    DISPATCH_WORKFLOW_BUNDLE: workflowBundle(),
  };
}

/** A folder with a board file, gone with the test. */
export function aBoardFolder(queues: Readonly<Record<string, readonly object[]>>): {
  dir: string;
  boardPath: string;
  readBoard: TestDispatcher['readBoard'];
} {
  const dir = mkdtempSync(join(tmpdir(), 'dispatch-library-'));
  onTestFinished(() => rmSync(dir, { recursive: true, force: true, maxRetries: 3 }));
  const boardPath = join(dir, 'board.json');
  const whole = { Todo: [], 'In Progress': [], Done: [], Failed: [], ...queues };
  writeFileSync(boardPath, JSON.stringify({ queues: whole }, null, 2));
  return { dir, boardPath, readBoard: () => JSON.parse(readFileSync(boardPath, 'utf8')) };
}

/** Makes a dispatcher whose agents are the given shell scripts, by name; it is stopped with the test. */
export function aDispatcher(
  options: DispatcherOptions,
  queues: Readonly<Record<string, readonly object[]>> = {},
  scripts: Readonly<Record<string, string>> = {},
): TestDispatcher {
  const folder = aBoardFolder(queues);
  const { dir } = folder;
  for (const [name, script] of Object.entries(scripts)) {
    writeFileSync(join(dir, `${name}.sh`), `#!/bin/sh\n${script}\n`, { mode: 0o755 });
  }
  const logged: TestDispatcher['logged'] = [];
  const at = (level: string) => (facts: object, message: string) =>
    void logged.push({ level, message, facts });
  const dispatcher = new AgentDispatcher({
    queue_backend: new JsonFileAdapter(folder.boardPath),
    project: `t-${randomUUID().slice(0, 12)}`,
    base_dir: dir,
    api_port: 0,
    poll_interval: 1,
    env: dispatcherEnv(dir),
    log: { debug: at('debug'), info: at('info'), warn: at('warn'), error: at('error') },
    ...options,
  });
  // Runs before the folder goes: the last added is the first called.
  onTestFinished(() => dispatcher.stop());
  return {
    ...{ dispatcher, logged, ...folder },
    async get<Answer>(path: string) {
      const answer = await fetch(`${dispatcher.url}${path}`);
      return (await answer.json()) as Answer;
    },
  };
}

/** Waits until the task is in that queue of the board file. */
export function inQueue(
  test: Pick<TestDispatcher, 'readBoard'>,
  taskId: string,
  queue: string,
  timeoutMs = 45_000,
): Promise<Task> {
  const found = () => test.readBoard().queues[queue]?.find(({ id }) => id === taskId);
  return until(`task ${taskId} in ${queue}`, found, timeoutMs);
}

/** Waits until the task has a comment like this. */
export function commented(
  test: Pick<TestDispatcher, 'readBoard'>,
  taskId: string,
  text: string,
): Promise<Task> {
  return until(`task ${taskId} commented "${text}"`, () =>
    Object.values(test.readBoard().queues)
      .flat()
      .find(({ id, comments }) => id === taskId && comments?.some((comment) => comment.text.includes(text))),
  );
}
