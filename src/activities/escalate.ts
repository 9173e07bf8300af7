import { AppError, errorPolicy, messageOf } from '../core/errors.ts';
import { ATTEMPTS_SHOWN_MAX, ESCALATION_TAIL_LENGTH_MAX } from '../core/policy/escalations/limits.ts';
import { escalationKey } from '../core/policy/escalations/notice.ts';
import type { Escalation } from '../core/ports/escalations.ts';
import type { RunRecord } from '../core/schema/run-record.ts';
import type { Task } from '../core/schema/task.ts';
import { readTask } from './leave-route.ts';
import type { ActivityPorts } from './ports.ts';

/** What a case is told with. */
export type EscalationPorts = Pick<
  ActivityPorts,
  'board' | 'store' | 'routes' | 'escalations' | 'notices' | 'log'
>;

/** What is escalated, and the key of its one effect. */
export interface Raised {
  readonly taskId: string;
  readonly agent: string;
  readonly reason: string;
  /** The same case raised again under this key changes nothing. */
  readonly key: string;
}

/**
 * A task that agents cannot finish goes to a person: its case as a file, a decision and a line of the audit trail beside
 * it, a notice (R-PROD-066). Where another try may help it throws: raised again it is told once. Other trouble is logged
 * and none of the task's.
 */
export async function raiseEscalation(ports: EscalationPorts, raised: Raised): Promise<void> {
  const { store, log } = ports;
  const { taskId, key } = raised;
  try {
    if ((await store.records.beginEffect(`${key}/escalation`)) === 'done') return;
    const task = await readTask(ports, taskId);
    if (task !== null) await tell(ports, task, raised);
    await store.records.finishEffect(`${key}/escalation`);
  } catch (error) {
    if (error instanceof AppError && errorPolicy(error.code).retryable) throw error;
    log.error({ taskId, error: messageOf(error) }, 'task not escalated');
  }
}

async function tell(ports: EscalationPorts, task: Task, raised: Raised): Promise<void> {
  const { store, board, escalations, notices, log } = ports;
  const { taskId, agent, reason, key } = raised;
  const escalation = await caseOf(ports, task, raised);
  const path = await escalations.write(escalation).catch((error: unknown) => {
    log.error({ taskId, error: messageOf(error) }, 'escalation not written to its file');
    return null;
  });
  const decision = `Gave '${task.name.slice(0, 200)}' of ${agent} to a person`;
  await board.book
    ?.recordDecision(
      { taskId, agent: 'producer', kind: 'escalate', decision, rationale: reason, artifact: path },
      { key: `${key}/escalate` },
    )
    .catch((error: unknown) =>
      log.warn({ taskId, error: messageOf(error) }, 'escalation not kept as a decision'),
    );
  await store.records.appendAuditOnce(`${key}/escalation-told`, {
    ...{ at: Date.now(), channel: 'auto', actor: 'dispatch', action: 'escalation', subject: taskId },
    detail: { agent, reason, path },
  });
  await notices.raise({
    ...{ kind: 'escalation', key: escalationKey(taskId) },
    subject: `${agent} cannot finish: ${task.name}`.slice(0, 300),
    body: [reason, ...(path === null ? [] : [`The whole case: ${path}`])].join('\n'),
  });
}

async function caseOf(ports: EscalationPorts, task: Task, { agent, reason }: Raised): Promise<Escalation> {
  const { store, board, routes } = ports;
  const [runs, decisions, all] = await Promise.all([
    store.projection.listRuns({ taskId: task.id, limit: ATTEMPTS_SHOWN_MAX }),
    board.book?.decisionsOn(task.id) ?? [],
    routes.list(),
  ]);
  return {
    ...{ taskId: task.id, title: task.name, agent, reason, description: task.description },
    sprint: task.ledger?.sprintId ?? null,
    at: isoSeconds(Date.now()),
    payload: task.ledger?.payload ?? {},
    attempts: [...runs].reverse().map(attemptOf),
    tail: (runs[0]?.tail ?? '').slice(-ESCALATION_TAIL_LENGTH_MAX),
    decisions,
    otherAgents: [...new Set(all.map((route) => route.agent))].filter((name) => name !== agent),
  };
}

const attemptOf = (run: RunRecord): Escalation['attempts'][number] => ({
  ...{ attempt: run.attempt, agent: run.agent, reason: run.reason },
  startedAt: isoSeconds(run.startedAt),
  endedAt: run.endedAt === null ? null : isoSeconds(run.endedAt),
  outcome: run.outcome ?? run.status,
});

/** As ai-producer writes times: `YYYY-MM-DDTHH:MM:SSZ`. */
const isoSeconds = (epochMs: number): string => `${new Date(epochMs).toISOString().slice(0, 19)}Z`;

const WORKED_ON_AGAIN = {
  'by-hand': { by: 'somebody at the board', action: 'put back to work' },
  'in-its-turn': { by: 'dispatch', action: 'taken up in its turn' },
} as const;

/** A task that was given to a person is worked on again: its case, if one is open, is over (R-PROD-067). */
export async function closeCase(
  { escalations, notices, log }: Pick<EscalationPorts, 'escalations' | 'notices' | 'log'>,
  taskId: string,
  how: keyof typeof WORKED_ON_AGAIN,
): Promise<void> {
  await notices.resolve(escalationKey(taskId));
  const resolution = { taskId, at: isoSeconds(Date.now()), note: null, ...WORKED_ON_AGAIN[how] };
  await escalations.resolve(resolution).catch((error: unknown) => {
    log.warn({ taskId, error: messageOf(error) }, 'resolved escalation not put away');
  });
}
