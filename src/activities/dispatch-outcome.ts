import { KEEP_RESULT_MS_MAX, KEEP_RESULT_RETRY_MS } from '../core/dispatch-limits.ts';
import { messageOf } from '../core/errors.ts';
import { nextDispatchStep } from '../core/policy/dispatch/next-dispatch-step.ts';
import type { AgentOutcome } from '../core/schema/agent-outcome.ts';
import type { RunDispatchInput } from '../core/schema/dispatch-flow.ts';
import type { Job } from '../core/schema/job.ts';
import type { RunEnding } from '../core/schema/task-flow.ts';
import { endDispatch } from './end-dispatch.ts';
import type { ActivityPorts } from './ports.ts';

export interface DispatchOutcome {
  readonly input: RunDispatchInput;
  readonly job: Job;
  readonly outcome: AgentOutcome;
  /** Its agent has asked a person something. */
  readonly asked: boolean;
}

/**
 * Keeps a run's answer as its job's end, unless the job goes on with another run. Done here, where the agent's words
 * are, and before the run is reported: whoever waits hears of it without another hop. An answer that was paid for is
 * tried again while the store is away.
 */
export async function keepDispatchOutcome(
  ports: ActivityPorts,
  { input, job, outcome, asked }: DispatchOutcome,
): Promise<void> {
  const { lostCount, turn, runId } = input;
  const awaited = job.mode !== 'async';
  const step = nextDispatchStep(endingOf(outcome, asked), { lostCount, turn, awaited });
  if (step.kind !== 'finish') return;
  const deadline = performance.now() + KEEP_RESULT_MS_MAX;
  for (;;) {
    try {
      await endDispatch(ports, job, await withOutput(ports, runId, outcome), asked);
      return;
    } catch (error) {
      ports.log.error({ jobId: job.jobId, runId, error: messageOf(error) }, 'answer of a dispatch not kept');
      if (performance.now() > deadline) return;
      await new Promise((resolve) => setTimeout(resolve, KEEP_RESULT_RETRY_MS));
    }
  }
}

function endingOf({ report, ...outcome }: AgentOutcome, asked: boolean): RunEnding {
  return {
    ...outcome,
    ...(asked ? { asked } : {}),
    ...(report?.conversationMissing === true ? { fresh: true } : {}),
  };
}

/** An agent without a protocol of its own has said what it printed, all of it and not only the end. */
async function withOutput(ports: ActivityPorts, runId: string, outcome: AgentOutcome): Promise<AgentOutcome> {
  if (outcome.report !== undefined) return outcome;
  return { ...outcome, tail: (await ports.outputOf(runId)) ?? outcome.tail };
}
