import { unknownRoleReason } from '../core/policy/escalations/reason.ts';
import { escalatedQueueOf, roleOfQueue } from '../core/policy/escalations/role-queues.ts';
import { type EscalationPorts, raiseEscalation } from './escalate.ts';
import type { ActivityPorts } from './ports.ts';

/**
 * Tasks of a ledger whose owner is no role here would wait for ever: a person decides about them (R-PROD-036). Answers
 * how many there were.
 */
export async function escalateUnknownRoles(
  ports: EscalationPorts & Pick<ActivityPorts, 'settings'>,
): Promise<number> {
  const { board, routes, settings } = ports;
  if (settings().board.kind !== 'ledger') return 0;
  const known = new Set((await routes.list()).map(({ queueName }) => roleOfQueue(queueName)));
  const queues = await board.listQueues();
  const strange = queues.filter(
    ({ name, taskCount }) => taskCount > 0 && roleOfQueue(name) === name && !known.has(name),
  );
  if (strange.length === 0) return 0;
  const found = await board.getReadyTasks(strange.map(({ name }) => name));
  for (const { id, queueName: role } of found) {
    const reason = unknownRoleReason(role);
    // Told first: a crash in between tells it twice, never not at all.
    await raiseEscalation(ports, {
      taskId: id,
      agent: role,
      reason,
      key: `unknown-role/${id}/${Date.now()}`,
    });
    await board.moveFrom?.(id, role, escalatedQueueOf(role), { reason });
  }
  return found.length;
}
