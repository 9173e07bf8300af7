import { randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach } from 'vitest';
import type { AgentAdapter, AgentRequest, AgentRunIo, SpawnedProcess } from '../../src/core/ports/agent.ts';
import type { StopCause } from '../../src/core/schema/agent-outcome.ts';

const folders: string[] = [];

afterEach(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true });
});

/** A folder that is gone after the test. */
export function aFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'dispatch-agent-'));
  folders.push(folder);
  return folder;
}

/** The path of a fixture agent. */
export function fixtureAgent(name: string): string {
  return fileURLToPath(new URL(`../fixtures/agents/${name}`, import.meta.url));
}

/** A request that names only what matters to the test. */
export function aRequest(fields: Partial<AgentRequest> = {}): AgentRequest {
  const folder = aFolder();
  return {
    runId: randomUUID(),
    taskId: 'T-1',
    taskName: 'a task',
    attempt: 1,
    prompt: 'Work on task T-1.',
    command: [fixtureAgent('done.sh')],
    args: [],
    promptVia: 'argument',
    cwd: folder,
    env: {},
    timeoutMs: 30_000,
    silenceMs: null,
    sessionId: randomUUID(),
    outputPath: join(folder, 'output', 'run.log'),
    ...fields,
  };
}

/** What an agent said, and a hand on its stop. */
export interface Listener {
  readonly io: AgentRunIo;
  readonly spawned: SpawnedProcess[];
  readonly events: { readonly type: string; readonly data: Readonly<Record<string, unknown>> }[];
  stop(by: StopCause): void;
  /** Texts of the events of one type. */
  texts(type: string): unknown[];
}

/** Collects all that a run tells; `stopOn` stops it as soon as it says that text. */
export function aListener({ stopOn, mayStart }: { stopOn?: string; mayStart?: () => void } = {}): Listener {
  const abort = new AbortController();
  const listener: Listener = {
    spawned: [],
    events: [],
    stop: (by) => abort.abort({ stop: by }),
    texts: (type) => listener.events.filter((event) => event.type === type).map(({ data }) => data.text),
    io: {
      signal: abort.signal,
      mayStart: () => mayStart?.(),
      onSpawn: (process) => listener.spawned.push(process),
      onEvent(type, data) {
        listener.events.push({ type, data });
        if (stopOn !== undefined && data.text === stopOn) listener.stop('cancel');
      },
    },
  };
  return listener;
}

/** Runs an agent to its end and answers what came of it. */
export async function runAgent(agent: AgentAdapter, request: AgentRequest, listener = aListener()) {
  const startedAt = performance.now();
  const outcome = await agent.run(request, listener.io);
  return { outcome, listener, tookMs: performance.now() - startedAt };
}
