import type { AgentRequest, SpawnedProcess } from '../core/ports/agent.ts';
import type { RunEventType } from '../core/schema/run-event.ts';
import type { RunRecord } from '../core/schema/run-record.ts';
import type { RunAgentInput, RunEnding } from '../core/schema/task-flow.ts';
import { emptyRecord } from './empty-run.ts';
import type { ActivityPorts } from './ports.ts';
import { createRunWriter } from './run-events.ts';
import { summarise } from './run-summary.ts';

/** Writes one run's record and events as it goes, in order. */
export function recordRun({ store, host, log }: ActivityPorts, input: RunAgentInput) {
  const { taskId, claimed } = input;
  const { runId, attempt } = claimed;
  const { projection } = store;
  const writer = createRunWriter(projection, log, runId);
  const startedAt = Date.now();
  let process: SpawnedProcess | null = null;
  let lastEventAt: number | null = null;

  const event = (type: RunEventType, data: Readonly<Record<string, unknown>>) => {
    lastEventAt = Date.now();
    writer.add({
      ts: new Date(lastEventAt).toISOString(),
      task_id: taskId,
      run_id: runId,
      attempt,
      type,
      data,
    });
  };
  return {
    event,
    /** Heartbeat details: small, for whoever looks at the pending activity. */
    facts: () => ({
      hostId: host.hostId,
      pid: process?.pid ?? null,
      startTime: process?.startTime ?? null,
      lastEventAt,
    }),
    begin: (request: AgentRequest) =>
      writer.write(() => projection.putRun(firstRecord(input, request, host.hostId, startedAt))),
    spawned(spawned: SpawnedProcess) {
      process = spawned;
      const { pid, argv, envKeys, containment } = spawned;
      const patch = { pid, containment, argv: [...argv], envKeys: [...envKeys], spawnedAt: Date.now() };
      void writer.write(() => projection.patchRun(runId, patch));
      event('start', { pid, agent: claimed.agent, containment });
      log.info({ taskId, runId, attempt, pid, queue: claimed.sourceQueue }, 'agent spawned');
    },
    async end(ending: RunEnding): Promise<RunEnding> {
      const summary = summarise(ending);
      const { outcome, reason, exitCode } = summary;
      const seconds = (Date.now() - startedAt) / 1000;
      event('end', {
        outcome,
        exit_code: exitCode,
        duration_seconds: seconds,
        ...(reason === null ? {} : { reason }),
      });
      void writer.flush();
      const patch = { ...summary, status: 'finished' as const, endedAt: Date.now(), lastEventAt };
      await writer.write(() => projection.patchRun(runId, patch));
      log.info({ taskId, runId, attempt, outcome, reason }, 'agent finished');
      return ending;
    },
  };
}

function firstRecord(
  { taskId, claimed }: RunAgentInput,
  { taskName, prompt, sessionId, outputPath }: AgentRequest,
  hostId: string,
  startedAt: number,
): RunRecord {
  return {
    ...emptyRecord(claimed.runId, taskId, startedAt),
    ...{ taskName, prompt, sessionId, outputPath, hostId },
    queueName: claimed.sourceQueue,
    inProgressQueue: claimed.inProgressQueue,
    agent: claimed.agent,
    attempt: claimed.attempt,
    retryCount: claimed.retryCount,
    timeoutSeconds: claimed.timeoutSeconds,
  };
}
