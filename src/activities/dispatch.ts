import { abandonedEnd } from '../core/policy/dispatch/abandoned-end.ts';
import type { BlockCode } from '../core/policy/governor/state.ts';
import { grantOf } from '../core/policy/money/grant-of.ts';
import type { Refusal } from '../core/schema/agent-outcome.ts';
import type {
  AdmitDispatchInput,
  DispatchAdmission,
  DispatchEnd,
  RunDispatchInput,
  SettleDispatchInput,
} from '../core/schema/dispatch-flow.ts';
import { isOver } from '../core/schema/job.ts';
import type { RunEnding } from '../core/schema/task-flow.ts';
import { admitDispatch } from './dispatch-admission.ts';
import { dispatchSource } from './dispatch-source.ts';
import { type DispatchEnding, endDispatch } from './end-dispatch.ts';
import { endRunRecord } from './end-run-record.ts';
import type { ActivityPorts } from './ports.ts';
import { NEVER_RAN, releaseRun } from './release-run.ts';
import { closeQuestionsOf } from './settle-questions.ts';
import { superviseRun } from './supervise-run.ts';
import { toldEnding } from './told-ending.ts';

/** Everything around the run of a dispatch; local to whoever runs the workflow. */
export interface DispatchActivities {
  admitDispatch(input: AdmitDispatchInput): Promise<DispatchAdmission>;
  settleDispatch(input: SettleDispatchInput): Promise<DispatchEnd>;
  /** Has the job ended, or is it gone? */
  isJobOver(input: { jobId: string }): Promise<boolean>;
  /** Does no other job of this conversation run or wait? */
  isSessionFree(input: { sessionId: string; jobId: string }): Promise<boolean>;
}

/** The run itself, on the agents' queue. */
export interface RunDispatchActivities {
  runDispatch(input: RunDispatchInput): ReturnType<typeof superviseRun>;
}

export function createDispatchActivities(ports: ActivityPorts): DispatchActivities {
  const { jobs } = ports.store;
  return {
    admitDispatch: (input) => admitDispatch(ports, input),
    settleDispatch: (input) => settleDispatch(ports, input),
    async isJobOver({ jobId }) {
      const status = await jobs.statusOf(jobId);
      return status === null || isOver(status);
    },
    isSessionFree: async ({ sessionId, jobId }) => (await jobs.openJobOfSession(sessionId, jobId)) === null,
  };
}

export function createRunDispatchActivities(ports: ActivityPorts): RunDispatchActivities {
  return { runDispatch: (input) => superviseRun(ports, dispatchSource(ports, input)) };
}

/** Gives the slot back, then makes sure that the job has an end unless it goes on; repeating it changes nothing. */
async function settleDispatch(ports: ActivityPorts, input: SettleDispatchInput): Promise<DispatchEnd> {
  const { store } = ports;
  const { jobId, runId, attempt, end } = input;
  if (runId !== null) {
    // A run that reported its end has closed its record itself; of the others somebody has to.
    const ending = runEndingOf(input);
    const told = await toldEnding(store.jobs, { jobId, runId, ending });
    await endRunRecord(ports, { runId, taskId: null, jobId, attempt, ending: told });
    await releaseSlot(ports, { ...input, runId, ending });
    ports.wake('slot');
  }
  if (end === null && runId !== null) await store.jobs.rest(jobId, runId);
  const job = await store.jobs.get(jobId);
  if (job === null) return 'gone';
  if (isOver(job.status) || end !== null) await closeQuestionsOf(ports, jobId);
  if (end !== null && !isOver(job.status)) {
    if (end.kind === 'abandoned') await store.jobs.end(jobId, abandonedEnd(job, Date.now()));
    else await endDispatch(ports, job, await endingOf(ports, end));
  }
  const status = await store.jobs.statusOf(jobId);
  return status === 'done' || status === 'failed' || status === 'cancelled' ? status : 'gone';
}

const runEndingOf = ({ end, ending }: SettleDispatchInput): RunEnding =>
  ending ?? (end?.kind === 'ran' ? end.ending : { kind: 'worker-lost' });

/** Gives the slot back with what the run cost; a call that was turned away has had none. */
async function releaseSlot(
  ports: ActivityPorts,
  { jobId, runId, end, ending, ...granted }: SettleDispatchInput & EndedSlot,
): Promise<void> {
  if (end?.kind === 'refused') {
    await ports.governor.release({ leaseId: runId, usage: NEVER_RAN });
    return;
  }
  const job = await ports.store.jobs.get(jobId);
  const { agent = '' } = job?.request ?? {};
  const run = { runId, agent, surface: 'dispatch', taskId: job?.taskId ?? null, jobId } as const;
  await releaseRun(ports, { ...run, grant: grantOf(granted), ending });
}

interface EndedSlot {
  readonly runId: string;
  readonly ending: RunEnding;
}

const NOTHING = { durationMs: 0, outputBytes: 0, tail: '' } as const;

type Ended = Exclude<NonNullable<SettleDispatchInput['end']>, { kind: 'abandoned' }>;

async function endingOf(ports: ActivityPorts, end: Ended): Promise<DispatchEnding> {
  switch (end.kind) {
    case 'ran':
      return end.ending;
    case 'called-off':
      return { kind: 'stopped', by: 'cancel', ...NOTHING };
    case 'refused':
      return {
        ...{ kind: 'failed', retryable: false, ...NOTHING },
        ...{
          reason: end.code === 'brake' ? await brakeText(ports, end.reason) : end.reason,
          ...refusalOf(end),
        },
      };
  }
}

/** As callers have always been told it (R-SYS-019); who armed it, `dispatch status` says. */
async function brakeText({ store }: ActivityPorts, told: string): Promise<string> {
  const brake = (await store.records.loadGovernor())?.brake;
  const reason = brake?.armed === true ? (brake.reason ?? '') : told;
  return reason === '' ? 'Kill switch armed' : `Kill switch armed: ${reason}`;
}

const refusalOf = ({ code }: { readonly code?: BlockCode }): { refusal: Refusal } => ({
  refusal: code === 'usage-limit' ? 'usage_limit' : code === 'budget' ? 'budget' : 'cli_error',
});
