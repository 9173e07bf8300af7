import { AppError } from '../core/errors.ts';
import { escalationKey } from '../core/policy/escalations/notice.ts';
import { killedQueueOf } from '../core/policy/escalations/role-queues.ts';
import type { Task } from '../core/schema/task.ts';
import type { CallContext } from './operation.ts';

/** A person's decision about a task that agents did not finish. */
export interface Decided {
  readonly taskId: string;
  /** `requeued`, `rerouted to qa`, `killed`. */
  readonly action: string;
  readonly note: string | null;
}

/** What came of it: where the task is, and where its case lies now. */
export interface Carried {
  readonly queueName: string;
  readonly escalation: string | null;
}

/** The case of a task is closed: its file is put away with the decision, its notice is over (R-PROD-067). */
export async function resolveEscalation(
  { escalations, notices, caller }: CallContext,
  decided: Decided,
): Promise<string | null> {
  const at = `${new Date().toISOString().slice(0, 19)}Z`;
  await notices.resolve(escalationKey(decided.taskId));
  return escalations.resolve({ ...decided, at, by: `${caller.actor} (${caller.channel})` });
}

/** Back to work with a fresh count of tries; what the person says is told to the next run (R-PROD-041, R-PROD-067). */
export async function requeueTask(
  context: CallContext,
  { taskId, note, force }: { readonly taskId: string; readonly note: string | null; readonly force: boolean },
): Promise<Carried> {
  const { board, control, caller } = context;
  const task = await board.getTask(taskId);
  const { ledger } = task;
  if (!force && ledger?.status === 'done')
    throw new AppError('conflict', `task ${taskId} is done`, { hint: 'run it once more with --force' });
  if (!force && ledger?.status === 'pending')
    throw new AppError('conflict', `task ${taskId} waits for its turn already`, {
      hint: `see why: dispatch why ${taskId}`,
    });
  if (ledger !== undefined && !force) await requireRole(context, ledger.role);
  await keepNote(context, taskId, note);
  const { queueName } = await control.retryTask(taskId, caller, ledger?.role ?? null);
  return { queueName, escalation: await resolveEscalation(context, { taskId, action: 'requeued', note }) };
}

/** To another agent, with a fresh count of tries (R-PROD-067, R-PROD-070). */
export async function rerouteTask(
  context: CallContext,
  { taskId, agent, note }: { readonly taskId: string; readonly agent: string; readonly note: string | null },
): Promise<Carried> {
  const { board, control, caller } = context;
  const task = await board.getTask(taskId);
  const target = await queueOfAgent(context, agent);
  if (task.queueName === target) throw new AppError('conflict', `task ${taskId} waits for ${agent} already`);
  await keepNote(context, taskId, note);
  const { queueName } = await control.retryTask(taskId, caller, target);
  const action = `rerouted to ${agent}`;
  return { queueName, escalation: await resolveEscalation(context, { taskId, action, note }) };
}

/** Nobody works on it any more: what runs is stopped, and it stays given up until somebody requeues it (R-PROD-070). */
export async function killTask(
  context: CallContext,
  { taskId, reason }: { readonly taskId: string; readonly reason: string },
): Promise<Carried> {
  const { board, control, caller, store } = context;
  const task = await board.getTask(taskId);
  if (task.ledger?.status === 'killed') throw new AppError('conflict', `task ${taskId} is killed already`);
  if (task.ledger?.status === 'done') throw new AppError('conflict', `task ${taskId} is done`);
  const stopped = await stop(context, taskId, reason);
  if (task.ledger !== undefined) await moveToKilled(context, task, reason);
  else if (!stopped) {
    const anomaly = `killed by ${caller.actor}: ${reason}`;
    await store.records.putTaskState(taskId, { status: 'cancelled', anomaly });
  }
  const command = { operation: 'add-comment', taskId, text: `Killed by ${caller.actor}: ${reason}` } as const;
  await control.command(command, caller, null);
  const { queueName } = await board.getTask(taskId);
  return {
    queueName,
    escalation: await resolveEscalation(context, { taskId, action: 'killed', note: reason }),
  };
}

async function moveToKilled(
  { control, caller }: CallContext,
  { id, ledger }: Task,
  reason: string,
): Promise<void> {
  const note = { reason, by: caller.actor };
  const targetQueue = killedQueueOf(ledger?.role ?? '');
  await control.command({ operation: 'move-task', taskId: id, targetQueue, note }, caller, null);
}

/** False: nothing of it ran or waited. */
async function stop({ control, caller }: CallContext, taskId: string, reason: string): Promise<boolean> {
  try {
    await control.cancelTask(taskId, { reason }, caller);
    return true;
  } catch (error) {
    if (error instanceof AppError && error.code === 'run-not-found') return false;
    throw error;
  }
}

/** The same words not yet told are the same note: a command that is repeated says it once. */
async function keepNote({ store, caller }: CallContext, taskId: string, note: string | null): Promise<void> {
  if (note === null || note.trim() === '') return;
  const untold = await store.taskNotes.untold(taskId);
  if (untold.some(({ text }) => text === note)) return;
  await store.taskNotes.add(taskId, { by: caller.actor, text: note, at: Date.now() });
}

/** The queue whose route this agent works for; a role's is named like it. */
async function queueOfAgent({ routes }: CallContext, agent: string): Promise<string> {
  const all = await routes.list();
  const named =
    all.find(({ queueName }) => queueName === agent) ?? all.find((route) => route.agent === agent);
  if (named !== undefined) return named.queueName;
  throw unknownAgent(agent, [...new Set(all.map((route) => route.agent))]);
}

async function requireRole({ routes }: CallContext, role: string): Promise<void> {
  const all = await routes.list();
  if (!all.some(({ queueName }) => queueName === role))
    throw unknownAgent(role, [...new Set(all.map((route) => route.agent))]);
}

const unknownAgent = (agent: string, known: readonly string[]): AppError =>
  new AppError('agent-not-found', `no route has an agent "${agent}"`, {
    hint: `agents of routes: ${known.slice(0, 20).join(', ') || 'none'}`,
    details: { field: 'agent' },
  });
