import { lastErrorIn } from '../../../core/policy/escalations/reason.ts';
import { usdOf } from '../../../core/policy/money/dollars.ts';
import type { MoveNote } from '../../../core/ports/board.ts';
import type { Connection } from '../../store/connection.ts';
import type { TaskRunRow } from './ledger-tables.ts';
import type { Place } from './queue-names.ts';
import type { LedgerTask } from './read-tasks.ts';
import { runsOf } from './run-notes.ts';
import type { Transition, TransitionEvent } from './transitions.ts';

type Effects = Pick<Transition, 'reason' | 'retryCount' | 'events'>;

/**
 * What leaving `in_progress` leaves behind, in the words of ai-producer (R-PROD-029). The note of the run that holds the
 * claim tells why; without one a person or another program has moved the task.
 */
export function effectsOf(
  connection: Connection,
  task: LedgerTask,
  { to, note }: { readonly to: Place; readonly note: MoveNote },
): Effects {
  const run = runsOf(connection, task.id).findLast(({ runId }) => runId === task.claimToken);
  if (task.status === 'in_progress' && run !== undefined) return afterRun(task, run, to);
  return byHand(task, to, note);
}

function afterRun(task: LedgerTask, run: TaskRunRow, to: Place): Effects {
  const who = { task_id: task.id, agent_owner: task.agentOwner };
  const reason = run.reason ?? run.outcome;
  const failed: TransitionEvent = {
    action: 'task_failed',
    detail: { ...who, error: lastErrorIn(reason), retry_count: run.retryCount },
  };
  switch (to.status) {
    case 'done':
      return { events: [completed(task, run)] };
    case 'escalated':
      return {
        ...{ reason, retryCount: run.retryCount },
        events: [
          ...(run.outcome === 'success' ? [] : [failed]),
          { action: 'escalation', detail: { ...who, reason } },
        ],
      };
    case 'failed':
      return { reason, retryCount: run.retryCount, events: [failed] };
    case 'killed':
      return { reason, events: [{ action: 'task_killed', detail: { ...who, reason } }] };
    default: {
      const requeued = { action: 'task_requeued', detail: { ...who, step: run.step, to: to.role } };
      if (run.step !== 'retry') return { events: [requeued] };
      return { reason, retryCount: run.retryCount, events: [failed, requeued] };
    }
  }
}

function completed(task: LedgerTask, run: TaskRunRow): TransitionEvent {
  const dollars = (microUsd: number | null) => (microUsd === null ? null : usdOf(microUsd));
  const costUsd = usdOf(run.computedCostMicroUsd ?? run.costMicroUsd);
  return {
    action: 'task_completed',
    costUsd,
    detail: {
      ...{ task_id: task.id, agent_owner: task.agentOwner, run_id: run.runId },
      computed_cost_usd: costUsd,
      actual_cost_usd: dollars(run.actualCostMicroUsd),
      ...{ auth_mode: run.authMode, config_isolation: run.configIsolation },
      output_refs: JSON.parse(run.outputRefs),
      tool_calls: JSON.parse(run.toolCalls),
    },
  };
}

/** A person's requeue starts the count of tries anew (R-PROD-041, 067). */
function byHand(task: LedgerTask, to: Place, { reason, by }: MoveNote): Effects {
  const from = task.status;
  const who = {
    ...{ task_id: task.id, agent_owner: to.role, from },
    ...(by === undefined ? {} : { by }),
    ...(reason === undefined ? {} : { reason }),
  };
  if (to.status === 'pending') {
    const action = from === 'pending' || to.role !== task.agentOwner ? 'task_rerouted' : 'task_requeued';
    const again = from === 'pending' || from === 'in_progress' ? {} : { retryCount: 0 };
    return { ...again, events: [{ action, detail: { ...who, from_agent: task.agentOwner } }] };
  }
  const action = ACTIONS[to.status] ?? 'task_moved';
  return { ...(reason === undefined ? {} : { reason }), events: [{ action, detail: who }] };
}

const ACTIONS: Readonly<Partial<Record<Place['status'], string>>> = {
  done: 'task_completed',
  failed: 'task_failed',
  escalated: 'escalation',
  killed: 'task_killed',
};
