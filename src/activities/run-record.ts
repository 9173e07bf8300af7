import { EVENT_BATCH_MAX } from '../core/limits.ts';
import type { AgentRequest, SpawnedProcess } from '../core/ports/agent.ts';
import type { NewRunEvent, RunEventType } from '../core/schema/run-event.ts';
import type { RunRecord } from '../core/schema/run-record.ts';
import type { RunAgentInput, RunEnding } from '../core/schema/task-flow.ts';
import type { ActivityPorts } from './ports.ts';

/** Events wait this long for company before they are stored; keeps agent → stream well under 500 ms (R-SYS-034). */
const FLUSH_MS = 25;

/** Writes one run's record and events as it goes, in order. */
export function recordRun(ports: ActivityPorts, { taskId, claimed }: RunAgentInput) {
  const { store, host, log } = ports;
  const { projection } = store;
  const { runId, attempt } = claimed;
  const startedAt = Date.now();
  let process: SpawnedProcess | null = null;
  let lastEventAt: number | null = null;
  let pending: NewRunEvent[] = [];
  let timer: NodeJS.Timeout | null = null;
  // One write at a time keeps events in order; a failing store must not fail the agent.
  let writes: Promise<unknown> = Promise.resolve();

  const write = (action: () => Promise<unknown>) => {
    writes = writes.then(action).catch((error: unknown) => log.warn({ runId, error }, 'run record not written'));
    return writes;
  };
  const flush = () => {
    timer = null;
    const batch = pending;
    pending = [];
    return batch.length === 0 ? writes : write(() => projection.appendEvents(batch));
  };
  const event = (type: RunEventType, data: Readonly<Record<string, unknown>>) => {
    lastEventAt = Date.now();
    pending.push({ ts: new Date(lastEventAt).toISOString(), task_id: taskId, run_id: runId, attempt, type, data });
    if (pending.length >= EVENT_BATCH_MAX) void flush();
    else timer ??= setTimeout(() => void flush(), FLUSH_MS);
  };

  return {
    event,
    /** Heartbeat details: small, for whoever looks at the pending activity. */
    facts: () => ({ hostId: host.hostId, pid: process?.pid ?? null, startTime: process?.startTime ?? null, lastEventAt }),
    begin(request: AgentRequest & { readonly kind: string }) {
      const { prompt, sessionId, outputPath } = request;
      const record: RunRecord = {
        ...emptyRecord(runId, taskId, startedAt),
        taskName: request.taskName,
        queueName: claimed.sourceQueue,
        inProgressQueue: claimed.inProgressQueue,
        agent: claimed.agent,
        attempt,
        retryCount: claimed.retryCount,
        hostId: host.hostId,
        sessionId,
        prompt,
        timeoutSeconds: claimed.timeoutSeconds,
        outputPath,
      };
      return write(() => projection.putRun(record));
    },
    spawned(spawned: SpawnedProcess) {
      process = spawned;
      const { pid, argv, envKeys, containment } = spawned;
      const patch = { pid, containment, argv: [...argv], envKeys: [...envKeys], spawnedAt: Date.now() };
      void write(() => projection.patchRun(runId, patch));
      event('start', { pid, agent: claimed.agent, containment });
      log.info({ taskId, runId, attempt, pid, queue: claimed.sourceQueue }, 'agent spawned');
    },
    async end(ending: RunEnding): Promise<RunEnding> {
      const summary = summarise(ending);
      const seconds = (Date.now() - startedAt) / 1000;
      if (process !== null) {
        event('end', { outcome: summary.outcome, exit_code: summary.exitCode, duration_seconds: seconds });
      }
      if (timer !== null) clearTimeout(timer);
      void flush();
      const patch = { ...summary, status: 'finished' as const, endedAt: Date.now(), lastEventAt };
      await write(() => projection.patchRun(runId, patch));
      log.info({ taskId, runId, attempt, outcome: summary.outcome, reason: summary.reason }, 'agent finished');
      return ending;
    },
  };
}

/** The ending in the words of the run record and the `end` event (R-ART-093). */
export function summarise(ending: RunEnding) {
  const facts =
    ending.kind === 'worker-lost'
      ? { outputBytes: 0, tail: '', costMicroUsd: null }
      : { outputBytes: ending.outputBytes, tail: ending.tail, costMicroUsd: ending.costMicroUsd ?? null };
  const base = { ...facts, exitCode: null as number | null, signal: null as string | null, reason: null as string | null };
  switch (ending.kind) {
    case 'succeeded':
      return { ...base, outcome: 'success' as const, exitCode: 0 };
    case 'failed':
      return {
        ...base,
        outcome: 'failed' as const,
        reason: ending.reason,
        exitCode: ending.exitCode ?? null,
        signal: ending.signal ?? null,
      };
    case 'timed-out':
      return { ...base, outcome: 'timed_out' as const, reason: 'timed out' };
    case 'stalled':
      return { ...base, outcome: 'timed_out' as const, reason: `silent for ${ending.silentMs / 1000}s` };
    case 'stopped':
      return { ...base, outcome: 'cancelled' as const, reason: `stopped by ${ending.by}` };
    case 'worker-lost':
      return { ...base, outcome: 'worker_lost' as const, reason: 'worker lost' };
  }
}

function emptyRecord(runId: string, taskId: string, startedAt: number): RunRecord {
  return {
    runId,
    taskId,
    taskName: '',
    surface: 'route',
    queueName: null,
    inProgressQueue: null,
    agent: '',
    attempt: 1,
    retryCount: 0,
    hostId: '',
    pid: null,
    sessionId: null,
    argv: [],
    envKeys: [],
    prompt: '',
    containment: null,
    timeoutSeconds: null,
    startedAt,
    spawnedAt: null,
    endedAt: null,
    lastEventAt: null,
    status: 'running',
    outcome: null,
    reason: null,
    exitCode: null,
    signal: null,
    costMicroUsd: null,
    outputPath: null,
    outputBytes: 0,
    tail: '',
  };
}
