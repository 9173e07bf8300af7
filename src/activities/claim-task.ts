import { randomUUID } from 'node:crypto';
import { AppError, errorPolicy } from '../core/errors.ts';
import { RETRY_BACKOFF_SECONDS_MAX } from '../core/limits.ts';
import { heartbeatTimeoutMs } from '../core/policy/heartbeat-timeout.ts';
import type { Route } from '../core/schema/route.ts';
import type { TaskState } from '../core/schema/run-record.ts';
import type { Task } from '../core/schema/task.ts';
import type { ClaimedRun, ClaimTaskInput } from '../core/schema/task-flow.ts';
import { closeCase } from './escalate.ts';
import type { ActivityPorts } from './ports.ts';
import { closeQuestionsOf } from './settle-questions.ts';

/**
 * Moves the task to the in-progress queue for this run alone (R-ART-030, 031) and counts the run once, however
 * often this activity is repeated: the lease id is the token.
 */
export async function claimTask(ports: ActivityPorts, input: ClaimTaskInput): Promise<ClaimedRun | null> {
  const { board, store, routes, log } = ports;
  const { taskId, leaseId } = input;
  const route = await routes.find(input.route);
  if (route === null) return null;
  const assignee = route.assignee ?? (await board.currentUser?.()) ?? null;
  if (!(await takeOnBoard(ports, { taskId, route, token: leaseId, assignee }))) {
    log.info({ taskId, runId: leaseId, queue: route.queueName }, 'claim lost');
    return null;
  }
  const task = await board.getTask(taskId);
  const before = await store.records.getTaskState(taskId);
  const counted = before !== null && before.token === leaseId;
  const kept = keptSession(before, route);
  const retryCount = counted ? before.retryCount : keptRetryCount(before, route);
  const state = {
    status: 'claimed',
    token: leaseId,
    sourceQueue: route.queueName,
    inProgressQueue: route.inProgressQueue,
    retryCount,
    runCount: counted ? before.runCount : (before?.runCount ?? 0) + 1,
    lostCount: retryCount === 0 && !counted && settled(before) ? 0 : (before?.lostCount ?? 0),
    sessionId: kept ?? randomUUID(),
    blockedCode: null,
    blockedText: null,
    anomaly: null,
  } as const;
  // Its workflow was lost while it waited for an answer and somebody has put it back without one.
  if (!counted && before?.status === 'asking') await closeQuestionsOf(ports, taskId);
  // Whatever gave it to a person, it is worked on again: putting it back by hand is a decision, too.
  if (!counted) await closeCase(ports, taskId, howPutBack(task, before));
  await store.records.putTaskState(taskId, state, { detail: { agent: route.agent } });
  log.info({ taskId, runId: leaseId, queue: route.queueName, attempt: state.runCount }, 'task picked up');
  return { ...claimedRun(ports, task.name, route, leaseId, state), resumes: kept !== null };
}

interface PickUp {
  readonly taskId: string;
  readonly route: Route;
  readonly token: string;
  readonly assignee: string | null;
}

/** False: it is not ours. A task that could not be moved stays eligible, but not at once (R-ART-031). */
async function takeOnBoard(ports: ActivityPorts, pickUp: PickUp): Promise<boolean> {
  const { taskId, route } = pickUp;
  try {
    if (await move(ports, pickUp)) return true;
    const { queueName } = await ports.board.getTask(taskId);
    if (queueName === route.queueName) ports.expectBack(taskId);
    return false;
  } catch (error) {
    if (!(error instanceof AppError) || errorPolicy(error.code).retryable) throw error;
    if (error.code === 'task-not-found') return false;
    ports.log.error({ taskId, queue: route.queueName, error: error.message }, 'task cannot be picked up');
    ports.expectBack(taskId);
    return false;
  }
}

async function move({ board, store }: ActivityPorts, pickUp: PickUp): Promise<boolean> {
  const { taskId, route, token, assignee } = pickUp;
  const from = route.queueName;
  const to = route.inProgressQueue;
  if (board.claim !== undefined) {
    return board.claim(taskId, { from, to, token, ...(assignee === null ? {} : { assignee }) });
  }
  // Without a claim on the board the intent in the records tells our own move from another's.
  const again = (await store.records.beginEffect(`${token}/claim`)) !== 'new';
  const task = await board.getTask(taskId);
  if (again && task.queueName === to) return true;
  if (task.queueName !== from) return false;
  await board.moveTask(taskId, to);
  if (assignee !== null && !task.assignees.includes(assignee)) {
    // Only the move decides; a board that refuses the assignee does not cost the run (R-ART-031).
    await board.updateTask(taskId, { assignees: [...task.assignees, assignee] }).catch(() => undefined);
  }
  return (await board.getTask(taskId)).queueName === to;
}

/** A budget's case on a board without roles waits in its own line, from which it goes on once there is money. */
const howPutBack = ({ ledger }: Task, before: TaskState | null) =>
  ledger !== undefined || before?.status === 'dead' || before?.status === 'stuck' ? 'by-hand' : 'in-its-turn';

const settled = (state: TaskState | null): boolean =>
  state === null || ['done', 'stuck', 'cancelled', 'dead'].includes(state.status);

/** A conversation goes on until its task is settled; another queue's agent begins one of its own (R-SYS-007). */
function keptSession(before: TaskState | null, route: Route): string | null {
  if (before === null || settled(before) || before.sourceQueue !== route.queueName) return null;
  return before.sessionId;
}

/** The count survives restarts and ends with success, a requeue by hand or another route (R-ART-074). */
function keptRetryCount(before: TaskState | null, route: Route): number {
  if (before === null || settled(before) || before.sourceQueue !== route.queueName) return 0;
  return before.retryCount;
}

function claimedRun(
  { settings, onePass }: ActivityPorts,
  taskName: string,
  route: Route,
  runId: string,
  state: { retryCount: number; runCount: number; lostCount: number; sessionId: string },
): ClaimedRun {
  const { runSecondsMax } = settings();
  return {
    runId,
    taskName: taskName.slice(0, 200),
    sourceQueue: route.queueName,
    inProgressQueue: route.inProgressQueue,
    agent: route.agent,
    attempt: state.runCount,
    retryCount: state.retryCount,
    lostCount: state.lostCount,
    sessionId: state.sessionId,
    timeoutSeconds: route.timeoutSeconds,
    maxRetries: route.maxRetries,
    retryBackoffSeconds: onePass === true ? RETRY_BACKOFF_SECONDS_MAX : route.retryBackoffSeconds,
    nonRetryableExitCodes: route.nonRetryableExitCodes,
    deadLetterQueue: route.deadLetterQueue,
    ...(route.failedQueue === undefined ? {} : { failedQueue: route.failedQueue }),
    completedQueue: route.completedQueue,
    onExternalMove: route.onExternalMove,
    heartbeatTimeoutMs: heartbeatTimeoutMs(settings()),
    // Beyond the agent's own timeout there must be room for its grace, its sweep and the report.
    runMsMax: (runSecondsMax + 120) * 1000,
  };
}
