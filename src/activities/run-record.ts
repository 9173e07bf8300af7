import { createToolTrace } from '../core/policy/roles/tool-trace.ts';
import type { AgentRequest, SpawnedProcess } from '../core/ports/agent.ts';
import type { AgentOutcome } from '../core/schema/agent-outcome.ts';
import type { RunEventType } from '../core/schema/run-event.ts';
import { emptyRecord } from './empty-run.ts';
import type { ActivityPorts } from './ports.ts';
import { answerOf } from './run-answer.ts';
import { createRunWriter } from './run-events.ts';
import type { RunIdentity } from './run-source.ts';
import { summarise } from './run-summary.ts';

/** Writes one run's record and events as it goes, in order. */
export function recordRun({ store, host, log }: ActivityPorts, identity: RunIdentity) {
  const { runId, taskId, jobId, attempt, agent } = identity;
  const { projection } = store;
  const writer = createRunWriter(projection, log, runId);
  const startedAt = Date.now();
  const who = {
    runId,
    attempt,
    ...(taskId === null ? {} : { taskId }),
    ...(jobId === null ? {} : { jobId }),
  };
  let process: SpawnedProcess | null = null;
  let lastEventAt: number | null = null;
  const trace = createToolTrace();

  const event = (type: RunEventType, data: Readonly<Record<string, unknown>>) => {
    lastEventAt = Date.now();
    trace.event(type, data);
    const ts = new Date(lastEventAt).toISOString();
    writer.add({ ts, task_id: taskId, job_id: jobId, run_id: runId, attempt, type, data });
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
    begin: ({ taskName, prompt, resumePrompt = prompt, sessionId, outputPath }: AgentRequest) =>
      writer.write(() =>
        projection.putRun({
          ...emptyRecord(runId, taskId, startedAt),
          ...identity,
          ...{ taskName, prompt: resumePrompt, sessionId, outputPath, hostId: host.hostId },
        }),
      ),
    spawned(spawned: SpawnedProcess) {
      process = spawned;
      const { pid, argv, envKeys, containment } = spawned;
      const patch = { pid, containment, argv: [...argv], envKeys: [...envKeys], spawnedAt: Date.now() };
      void writer.write(() => projection.patchRun(runId, patch));
      event('start', { pid, agent, containment });
      log.info({ ...who, pid, queue: identity.queueName }, 'agent spawned');
    },
    async end(outcome: AgentOutcome): Promise<void> {
      const summary = summarise(outcome);
      event('end', endData(summary, Date.now() - startedAt));
      void writer.flush();
      const patch = { ...summary, status: 'finished' as const, endedAt: Date.now(), lastEventAt };
      const answer = answerOf(outcome, trace);
      if (answer !== null) void writer.write(() => projection.putRunAnswer(runId, answer));
      await writer.write(() => projection.patchRun(runId, patch));
      log.info({ ...who, outcome: summary.outcome, reason: summary.reason }, 'agent finished');
    },
  };
}

/** The `end` event's data (R-ART-093). */
function endData({ outcome, reason, exitCode }: ReturnType<typeof summarise>, ms: number) {
  const data = { outcome, exit_code: exitCode, duration_seconds: ms / 1000 };
  return reason === null ? data : { ...data, reason };
}
