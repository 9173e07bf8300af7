import { grantOf } from '../core/policy/money/grant-of.ts';
import type { Task } from '../core/schema/task.ts';
import type { Admission, SettleRunAnswer, SettleRunInput } from '../core/schema/task-flow.ts';
import { noteWaiting, routeRequest } from './admission.ts';
import { admissionOf } from './admission-answer.ts';
import { endRunRecord } from './end-run-record.ts';
import { readTask } from './leave-route.ts';
import type { ActivityPorts } from './ports.ts';
import { releaseRun } from './release-run.ts';
import { restInQueue } from './rest-in-queue.ts';
import { surfaceOf } from './run-surface.ts';
import { writeStep } from './write-step.ts';

/** An unreachable board must not hold a slot: without it the release goes first and the hand-over is left to a poll. */
const BOARD_READ_MS_MAX = 2_000;

/** Steps after which the same workflow asks for its next slot. */
const GOES_ON: ReadonlySet<string> = new Set(['retry', 'rerun', 'return']);

/**
 * The end of a run, in an order that survives any crash: slot released (with the next queue's admission in the
 * same decision), then the board and the records, each effect once (R-ART-076).
 */
export async function settleRun(ports: ActivityPorts, input: SettleRunInput): Promise<SettleRunAnswer> {
  const { board } = ports;
  const { claimed, nextLeaseId, taskId, workflowId } = input;
  // The worker that should have closed the record is gone; this needs neither board nor governor.
  if (input.ending.kind === 'worker-lost')
    await endRunRecord(ports, {
      ...{ runId: claimed.runId, taskId, jobId: null, attempt: claimed.attempt },
      ending: input.ending,
    });
  const seen = await within(BOARD_READ_MS_MAX, readTask(ports, taskId));
  const wanted = seen === null || nextLeaseId === null ? null : nextQueue(seen, input);
  const request =
    wanted === null || nextLeaseId === null
      ? null
      : await routeRequest(ports, wanted, { taskId, leaseId: nextLeaseId, workflowId });
  const { runId, agent } = claimed;
  const run = { runId, agent, surface: surfaceOf(ports, claimed), taskId, jobId: null, ending: input.ending };
  const release = await releaseRun(ports, { ...run, grant: grantOf(claimed) }, request);
  // The workflow asks again by itself; nobody needs to start it.
  if (GOES_ON.has(input.step.kind)) ports.expectBack(taskId);
  ports.wake('slot');
  const task = await readTask(ports, taskId);
  const written = task === null ? await writeGone(ports, taskId) : await writeStep(ports, input, task);
  const restMs = written === null || request !== null ? null : await restInQueue(ports, input, written);
  const queueName = written?.queueName ?? null;
  await board.showShadow?.(taskId, { retry_count: retryCountAfter(input) }).catch(() => undefined);
  ports.wake('changed');
  const next = release.next;
  if (request === null || next === undefined || nextLeaseId === null || wanted === null)
    return { queueName, next: null, ...(restMs === null ? {} : { restMs }) };
  const admission: Admission = admissionOf(next, wanted);
  await noteWaiting(ports.store.records, { taskId, queueName: wanted, admission });
  return { queueName, next: { leaseId: nextLeaseId, route: wanted, admission } };
}

/** Somebody deleted the task: nothing is left to be done about it. */
async function writeGone({ store }: ActivityPorts, taskId: string): Promise<null> {
  await store.records.putTaskState(taskId, { status: 'done', anomaly: 'gone from the board' });
  return null;
}

/**
 * The queue a finished task goes on to: where it already stands, or where its route puts it now. If a route watches
 * that one, it is handed over without giving the slot to somebody behind it first (R-ART-040, R-ART-059).
 */
function nextQueue({ queueName }: Task, { claimed, step }: SettleRunInput): string | null {
  if (step.kind !== 'finish') return null;
  const next = queueName === claimed.inProgressQueue ? claimed.completedQueue : queueName;
  return next === claimed.sourceQueue ? null : next;
}

const retryCountAfter = ({ step, claimed }: SettleRunInput): number => {
  if (step.kind === 'retry') return step.retryCount;
  return step.kind === 'finish' ? 0 : claimed.retryCount;
};

/** The value, or null when it takes too long or fails. */
async function within<T>(ms: number, value: Promise<T>): Promise<T | null> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<null>((resolve) => {
    timer = setTimeout(() => resolve(null), ms);
  });
  try {
    return await Promise.race([value, late]).catch(() => null);
  } finally {
    clearTimeout(timer);
  }
}
