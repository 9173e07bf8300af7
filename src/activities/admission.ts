import { messageOf } from '../core/errors.ts';
import type { TaskId } from '../core/ids.ts';
import { accountOf } from '../core/policy/account.ts';
import type { AdmitRequest } from '../core/policy/governor/state.ts';
import { grantOf } from '../core/policy/money/grant-of.ts';
import { ROUTES_POOL } from '../core/policy/pools.ts';
import { ledgerPlace } from '../core/policy/roles/place.ts';
import { routeRank } from '../core/policy/select-dispatches.ts';
import type { Records } from '../core/ports/store.ts';
import type { Route } from '../core/schema/route.ts';
import type { Task } from '../core/schema/task.ts';
import type { Admission, AdmitTaskInput } from '../core/schema/task-flow.ts';
import { admissionOf } from './admission-answer.ts';
import { auditRefusal } from './audit-refusal.ts';
import { leaveRoute, readTask } from './leave-route.ts';
import type { ActivityPorts } from './ports.ts';
import { NEVER_RAN } from './release-run.ts';

/** The one gate every start path passes. */
export interface AdmissionActivities {
  admitTask(input: AdmitTaskInput): Promise<Admission>;
  /** `lookAgain`: its task is not where it was, so another route may want it now. */
  releaseLease(input: { leaseId: string; lookAgain?: boolean }): Promise<void>;
}

export function createAdmissionActivities(ports: ActivityPorts): AdmissionActivities {
  const { store, governor } = ports;
  return {
    async admitTask({ taskId, leaseId, workflowId, order }) {
      const task = await readTask(ports, taskId);
      const place = placeOf(task, order);
      const request =
        task === null || task.claimToken === leaseId
          ? null
          : await routeRequest(ports, task.queueName, { taskId, leaseId, workflowId, ...place });
      if (task === null || request === null) {
        const before = await grantedBefore(ports, task, leaseId);
        if (before !== null) return before;
        await leaveRoute(ports, taskId, task);
        return { kind: 'gone', reason: goneText(task) };
      }
      if (task.ledger !== undefined) await openBudget(ports, task.ledger.role);
      const admission = admissionOf(await governor.admit(request), task.queueName);
      await noteWaiting(store.records, { taskId, queueName: task.queueName, admission });
      return admission;
    },
    async releaseLease({ leaseId, lookAgain = false }) {
      await governor.release({ leaseId, usage: NEVER_RAN });
      ports.wake(lookAgain ? 'changed' : 'slot');
    },
  };
}

/** What only shows a budget must not keep a task from running. */
async function openBudget({ board, log }: Pick<ActivityPorts, 'board' | 'log'>, role: string): Promise<void> {
  await board
    .openBudget?.(role)
    .catch((error: unknown) => log.warn({ role, error: messageOf(error) }, 'budget not shown on the board'));
}

/**
 * Granted to an earlier try of this very step that died with its worker, perhaps after it had claimed the task: it goes on
 * from there. What it holds and cannot use is given back.
 */
async function grantedBefore(
  { governor, routes }: Pick<ActivityPorts, 'governor' | 'routes'>,
  task: Task | null,
  leaseId: string,
): Promise<Admission | null> {
  const held = await governor.held(leaseId);
  if (held === null) return null;
  if (held.kind === 'granted' && held.route !== null) {
    const { epoch, route } = held;
    const inProgress = (await routes.find(route))?.inProgressQueue;
    if (task !== null && task.queueName === inProgress)
      return { kind: 'granted', epoch, route, ...grantOf(held) };
  }
  await governor.release({ leaseId, usage: NEVER_RAN });
  return null;
}

/** A task that asks by itself, for its next try, comes to the place it had where that is its own. */
function placeOf(task: Task | null, order: number | undefined): { readonly order?: number } {
  if (order !== undefined) return { order };
  const { ledger } = task ?? {};
  return ledger === undefined ? {} : { order: ledgerPlace(ledger.priority, ledger.createdAt) };
}

const goneText = (task: Task | null): string =>
  task === null ? 'the task is not on the board any more' : `no route watches the queue "${task.queueName}"`;

/** The request for a slot that the route of this queue makes; null when no route watches it. */
export async function routeRequest(
  { routes }: Pick<ActivityPorts, 'routes'>,
  queueName: string,
  { taskId, leaseId, workflowId, order }: AdmitTaskInput,
): Promise<AdmitRequest | null> {
  const all = await routes.list();
  const route = all.find((candidate) => candidate.queueName === queueName);
  if (route === undefined) return null;
  const account = await accountOfRoute(routes, route);
  return {
    leaseId,
    workflowId,
    taskId,
    pool: route.pool ?? ROUTES_POOL,
    route: queueName,
    agent: route.agent,
    ...(account === null ? {} : { account }),
    // Without a place from the board the task goes behind all that have one.
    order: [routeRank(all).get(queueName) ?? all.length, order ?? Date.now() * 1000],
    ifBlocked: 'wait',
  };
}

/** An agent that cannot be found has no account; its run says what is wrong with it. */
async function accountOfRoute(routes: ActivityPorts['routes'], route: Route): Promise<string | null> {
  const agent = await routes.agentOf(route).catch(() => null);
  return agent === null ? null : accountOf(agent);
}

/** A task that was not let in at once shows why it waits (`dispatch why`). */
export async function noteWaiting(
  records: Pick<Records, 'noteTaskState' | 'appendAuditOnce'>,
  { taskId, queueName, admission }: { taskId: TaskId; queueName: string; admission: Admission },
): Promise<void> {
  if (admission.kind !== 'waiting' && admission.kind !== 'refused') return;
  const { code: blockedCode, text: blockedText } = admission.blocked;
  await records.noteTaskState(taskId, {
    status: 'waiting',
    sourceQueue: queueName,
    blockedCode,
    blockedText,
  });
  await auditRefusal(records, taskId, admission.blocked);
}
