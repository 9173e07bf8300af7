import { givenUpReason } from '../core/policy/escalations/reason.ts';
import { dayOfRun } from '../core/policy/money/utc-day.ts';
import type { RunNote } from '../core/ports/board.ts';
import type { RunRecord } from '../core/schema/run-record.ts';
import type { RunEnding, SettleRunInput } from '../core/schema/task-flow.ts';
import type { ActivityPorts } from './ports.ts';
import { reasonOf } from './run-reason.ts';
import { summarise } from './run-summary.ts';

/** Tells a board that keeps records of runs what came of this one, before the task is moved (R-PROD-040). */
export async function noteRun(ports: ActivityPorts, input: SettleRunInput): Promise<void> {
  const { board } = ports;
  if (board.noteRun === undefined) return;
  await board.noteRun(input.taskId, await runNote(ports, input));
}

async function runNote({ store }: ActivityPorts, input: SettleRunInput): Promise<RunNote> {
  const { claimed, ending } = input;
  const { runId, agent } = claimed;
  const [spend, run, answer] = await Promise.all([
    store.records.getSpend(runId),
    store.projection.getRun(runId),
    store.projection.getRunAnswer(runId),
  ]);
  return {
    ...{ runId, agent, outcome: summarise(ending).outcome, step: STEPS[input.step.kind] },
    reason: input.step.kind === 'dead-letter' ? givenUpReason(ending, claimed) : reasonOf(input),
    retryCount: failuresSoFar(input),
    costMicroUsd: spend?.microUsd ?? 0,
    ...(claimed.feeMicroUsd === undefined ? {} : { feeMicroUsd: claimed.feeMicroUsd }),
    actualCostMicroUsd: spend?.reportedMicroUsd ?? null,
    computedCostMicroUsd: spend?.computedMicroUsd ?? null,
    costUnknown: spend?.known !== true,
    authMode: answer?.authMode ?? null,
    configIsolation: answer?.configIsolation ?? null,
    outputRefs: answer?.outputRefs ?? [],
    toolCalls: answer?.toolCalls ?? [],
    text: answer?.text || (run?.tail ?? ''),
    sessionId: run?.sessionId ?? claimed.sessionId,
    turns: answer?.turns ?? null,
    durationMs: durationOf(ending, run),
    at: run?.endedAt ?? Date.now(),
    day: spend?.day ?? dayOfRun(claimed, run?.startedAt ?? Date.now()),
    prompt:
      run === null
        ? null
        : { system: answer?.systemPrompt ?? null, user: run.prompt, tools: answer?.tools ?? null },
  };
}

const STEPS = {
  finish: 'done',
  ask: 'leave',
  retry: 'retry',
  rerun: 'rerun',
  return: 'return',
  'dead-letter': 'escalate',
  leave: 'leave',
  cancelled: 'cancelled',
} as const;

/** Failed runs of the task with this one; lost and stopped ones are not the agent's doing. */
function failuresSoFar({ claimed, step }: SettleRunInput): number {
  if (step.kind === 'retry') return step.retryCount;
  const failed = step.kind === 'dead-letter' || step.kind === 'leave';
  return claimed.retryCount + (failed ? 1 : 0);
}

const durationOf = (ending: RunEnding, run: RunRecord | null): number =>
  ending.kind === 'worker-lost'
    ? Math.max(0, Date.now() - (run?.startedAt ?? Date.now()))
    : ending.durationMs;
