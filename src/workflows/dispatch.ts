import { CancellationScope, continueAsNew, proxyActivities, uuid4, workflowInfo } from '@temporalio/workflow';
import type { RunDispatchActivities } from '../activities/dispatch.ts';
import { ADMISSION_REASK_MS } from '../core/dispatch-limits.ts';
import { type DispatchStep, nextDispatchStep } from '../core/policy/dispatch/next-dispatch-step.ts';
import type { Blocked } from '../core/policy/governor/state.ts';
import type { Grant } from '../core/policy/money/money-state.ts';
import type {
  DispatchAdmission,
  DispatchEnd,
  DispatchFacts,
  DispatchTurn,
  SettleDispatchInput,
} from '../core/schema/dispatch-flow.ts';
import type { RunEnding } from '../core/schema/task-flow.ts';
import { giveUp, untilGranted } from './admission.ts';
import { agentOptions, runOnce } from './agent-run.ts';
import { unanswered, untilAnswered } from './answer.ts';
import { dispatches } from './dispatch-activities.ts';
import { CANCELLED_IN_TEMPORAL, type LeaseInbox, receiveLeases } from './lease-inbox.ts';
import { questions } from './task-activities.ts';
import { showPhase } from './task-view.ts';

export interface DispatchInput {
  readonly project: string;
  readonly jobId: string;
  /** What was tried before this history began. */
  readonly attempt?: number;
  readonly lostCount?: number;
  readonly turn?: DispatchTurn;
}

/** One call of an agent: a slot, a run, an end; the job in the store says everything else (design: dispatch). */
export async function dispatchWorkflow(input: DispatchInput): Promise<DispatchEnd> {
  const inbox = receiveLeases(null);
  let { attempt = 0, lostCount = 0, turn = 'as-asked' } = input;
  for (;;) {
    const leaseId = uuid4();
    const admitted = await untilGranted<DispatchAdmission>({
      ...{ leaseId, inbox, known: null, show: showPhase, isFinal: isStandingOrder },
      ask: () => dispatches.admitDispatch({ ...{ jobId: input.jobId, leaseId }, ...workflowId() }),
      renew: () => renewWhenLong({ ...input, attempt, lostCount, turn }, inbox),
      reaskMs: ADMISSION_REASK_MS,
    });
    if (admitted.kind === 'refused') return settle(input, { runId: leaseId, attempt, end: admitted });
    if (admitted.kind !== 'granted') {
      if (await isStillWanted(input, inbox)) continue;
      return notRun(input, { inbox, leaseId, attempt });
    }
    attempt++;
    const { job } = admitted.answer;
    const { epoch, grant } = admitted;
    const ending = await run(input, inbox, { leaseId, epoch, attempt, turn, lostCount, job, ...grant });
    const step = nextStep(ending, { lostCount, turn, awaited: job.awaited }, inbox);
    const end = step.kind === 'finish' ? { kind: 'ran' as const, ending } : null;
    const became = await settle(input, { runId: leaseId, attempt, end, ending, ...grant });
    if (step.kind === 'finish' || became !== 'gone') return became;
    ({ turn, lostCount } = step);
    const over = step.kind === 'ask' ? await answerOf(input, inbox, attempt) : null;
    if (over !== null) return over;
  }
}

/** A brake, a pause, a stopped agent or an empty purse is told at once to whoever waits; a full line or a missing host is waited out. */
const isStandingOrder = ({ code }: Blocked): boolean => STANDING.has(code);
const STANDING: ReadonlySet<string> = new Set(['brake', 'paused', 'usage-limit', 'breaker', 'budget']);

const workflowId = () => ({ workflowId: workflowInfo().workflowId });

interface Turn extends Partial<Grant> {
  readonly leaseId: string;
  readonly epoch: number;
  readonly attempt: number;
  readonly turn: DispatchTurn;
  readonly lostCount: number;
  readonly job: DispatchFacts;
}

function run({ project, jobId }: DispatchInput, inbox: LeaseInbox, turn: Turn): Promise<RunEnding> {
  const { job, leaseId: runId, ...rest } = turn;
  const { agent, taskId, heartbeatTimeoutMs, runMsMax } = job;
  const bounds = {
    ...{ project, runId, heartbeatTimeoutMs, runMsMax, summary: `${agent}, run ${turn.attempt}` },
    // A host that was lost once is not asked again.
    hostId: turn.lostCount === 0 ? job.lenderHostId : null,
  };
  const agents = proxyActivities<RunDispatchActivities>(agentOptions(bounds));
  showPhase(`**${agent}** works\n\nrun ${turn.attempt}, run id \`${runId}\``);
  return runOnce(bounds, inbox, () => agents.runDispatch({ jobId, runId, agent, taskId, ...rest }));
}

/** Waits for the answer to what its run has asked; null = it goes on. */
async function answerOf(
  input: DispatchInput,
  inbox: LeaseInbox,
  attempt: number,
): Promise<DispatchEnd | null> {
  const { jobId } = input;
  const heard = await untilAnswered({
    look: () => questions.lookAtQuestions({ subject: jobId, place: null }),
    ...{ inbox, show: showPhase },
  });
  const ended = { runId: null, attempt };
  switch (heard.kind) {
    case 'answered':
      return null;
    case 'left':
      return settle(input, { ...ended, end: null });
    case 'called-off': {
      const { by, reason } = inbox.cancel ?? CANCELLED_IN_TEMPORAL;
      return settle(input, { ...ended, end: { kind: 'called-off', by, reason } });
    }
    case 'unanswered':
      return settle(input, { ...ended, end: { kind: 'ran', ending: unanswered(heard.reason) } });
  }
}

/** Called off, nothing goes on, whatever ended the run. */
function nextStep(
  ending: RunEnding,
  counters: Parameters<typeof nextDispatchStep>[1],
  { cancel }: LeaseInbox,
): DispatchStep {
  return cancel === null ? nextDispatchStep(ending, counters) : { kind: 'finish' };
}

/** Somebody gave its place back, for instance a host that was forgotten: it asks for another. */
async function isStillWanted({ jobId }: DispatchInput, { cancel }: LeaseInbox): Promise<boolean> {
  return cancel === null && !(await dispatches.isJobOver({ jobId }));
}

/** Over before it ran: called off, or ended by somebody else. */
async function notRun(
  input: DispatchInput,
  { inbox, leaseId, attempt }: { inbox: LeaseInbox; leaseId: string; attempt: number },
): Promise<DispatchEnd> {
  const { cancel } = inbox;
  if (cancel === null) return settle(input, { runId: null, attempt, end: null });
  const end = { kind: 'called-off' as const, by: cancel.by, reason: cancel.reason };
  await giveUp(leaseId);
  return settle(input, { runId: null, attempt, end });
}

async function settle(
  { jobId }: DispatchInput,
  ended: Omit<SettleDispatchInput, 'jobId'>,
): Promise<DispatchEnd> {
  const became = await CancellationScope.nonCancellable(() => dispatches.settleDispatch({ jobId, ...ended }));
  showPhase(became);
  return became;
}

/** A call that waited very long goes on in a fresh history (R-SYS-010). */
async function renewWhenLong(input: DispatchInput, { cancel }: LeaseInbox): Promise<void> {
  if (!workflowInfo().continueAsNewSuggested || cancel !== null) return;
  await continueAsNew<typeof dispatchWorkflow>(input);
}
