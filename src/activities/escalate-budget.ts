import { budgetReason } from '../core/policy/escalations/reason.ts';
import { escalatedQueueOf } from '../core/policy/escalations/role-queues.ts';
import { raiseEscalation } from './escalate.ts';
import { readTask } from './leave-route.ts';
import type { ActivityPorts } from './ports.ts';

/** The one task of a day and an agent that its budget hands to a person; on a board of roles it leaves its line. */
export async function escalateForBudget(
  ports: ActivityPorts,
  { taskId, agent, text }: { readonly taskId: string; readonly agent: string; readonly text: string },
): Promise<void> {
  const day = new Date().toISOString().slice(0, 10);
  const reason = budgetReason(text);
  await raiseEscalation(ports, { taskId, agent, reason, key: `budget/${taskId}/${day}` });
  const task = await readTask(ports, taskId);
  if (task?.ledger?.status !== 'pending') return;
  await ports.board.moveFrom?.(taskId, task.queueName, escalatedQueueOf(task.ledger.role), { reason });
}
