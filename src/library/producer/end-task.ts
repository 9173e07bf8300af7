import { raiseEscalation } from '../../activities/escalate.ts';
import type { LedgerTaskRecord } from '../../adapters/boards/ledger/task-record.ts';
import type { Project } from '../../compose.ts';
import { escalatedQueueOf } from '../../core/policy/escalations/role-queues.ts';
import { WRITING } from '../../core/policy/roles/tool-trace.ts';
import type { AuditLogger } from '../ledger/audit-logger.ts';
import type { LedgerClient } from '../ledger/ledger-client.ts';
import type { InvocationResult } from './invocation-result.ts';

/** A task as far as its end needs it. */
export type EndedTask = Pick<LedgerTaskRecord, 'id' | 'agent_owner'>;

interface Books {
  readonly ledger: LedgerClient;
  readonly audit: AuditLogger;
}

/** Ends a task that is in progress well, with its files, its cost and its row of the trail (R-PROD-040). False: it was not. */
export function completeTask({ ledger, audit }: Books, task: EndedTask, result: InvocationResult): boolean {
  const { id, agent_owner } = task;
  const { computed_cost_usd: cost_usd, actual_cost_usd, auth_mode, config_isolation, tool_calls } = result;
  const output_refs = tool_calls.flatMap(({ name, input }) => {
    const path = input?.file_path ?? input?.notebook_path;
    return WRITING.has(name) && typeof path === 'string' ? path : [];
  });
  return ledger.transaction(() => {
    if (ledger.get_task(id)?.status !== 'in_progress') return false;
    ledger.complete_task(id, { output_refs, cost_usd, actual_cost_usd, config_isolation });
    const detail = {
      ...{
        task_id: id,
        agent_owner,
        computed_cost_usd: cost_usd,
        actual_cost_usd,
        auth_mode,
        config_isolation,
      },
      ...{ output_refs, tool_calls: tool_calls.map(({ name }) => name) },
    };
    audit.event('task_completed', detail, { task_id: id, cost_usd });
    return true;
  });
}

/** Counts a failure; back in line while tries are left (R-PROD-041). Null: the task had ended already. */
export function failTask(
  { ledger, audit }: Books,
  { id, agent_owner }: EndedTask,
  { error, triesMax }: { readonly error: string; readonly triesMax: number },
): { readonly retryCount: number; readonly isOver: boolean } | null {
  return ledger.transaction(() => {
    const before = ledger.get_task(id);
    const retryCount = ledger.fail_task(id, error);
    if (before === null || before.retry_count === retryCount) return null;
    audit.event('task_failed', { task_id: id, agent_owner, error, retry_count: retryCount }, { task_id: id });
    const isOver = retryCount >= triesMax;
    if (!isOver) ledger.requeue_task(id);
    return { retryCount, isOver };
  });
}

/** Gives a task to a person: case, decision, notice, then the move, as the loop does it (R-PROD-066). */
export async function escalateTask(project: Project, task: EndedTask, reason: string): Promise<void> {
  const { context, log } = project;
  const { id: taskId, agent_owner: agent } = task;
  const { queueName } = await context.board.getTask(taskId);
  const target = escalatedQueueOf(agent);
  if (queueName === target) return;
  await raiseEscalation(
    { ...context, log },
    { taskId, agent, reason, key: `by-hand/${taskId}/${Date.now()}` },
  );
  await context.board.moveFrom?.(taskId, queueName, target, { reason });
}
