import type { Connection } from '../../store/connection.ts';
import { query } from '../../store/query.ts';
import { dependenciesOf, HOPELESS, isDead, openDependencies, stateText } from './dependencies.ts';
import { ledger } from './ledger-tables.ts';
import { findTask } from './read-tasks.ts';
import { transition } from './transitions.ts';

/** What becomes of a task when one that it depends on cannot be done any more. */
export type DependencyPolicy = 'wait' | 'escalate' | 'kill';

const hopeless = query((_: object) =>
  ledger.selectFrom('tasks').select('id').where('status', '=', 'pending').where(HOPELESS),
);

/** Pending tasks that wait for what will not come by itself. */
export const hopelessTasks = (connection: Connection): readonly string[] =>
  connection.all(hopeless, {}).map(({ id }) => id);

/** Ends those tasks by the policy; tasks that wait for them are ended, too. Answers how many. */
export function endHopeless(connection: Connection, policy: 'escalate' | 'kill'): number {
  const status = policy === 'kill' ? 'killed' : 'escalated';
  let ended = 0;
  for (;;) {
    const ids = hopelessTasks(connection);
    if (ids.length === 0) return ended;
    for (const id of ids) end(connection, id, status);
    ended += ids.length;
  }
}

function end(connection: Connection, id: string, status: 'escalated' | 'killed'): void {
  const task = findTask(connection, id);
  const dead = task && openDependencies(connection, dependenciesOf(task)).find(isDead);
  if (task === undefined || dead === undefined) return;
  const reason = `dependency failed: ${stateText(dead)}`;
  const detail = { task_id: id, agent_owner: task.agentOwner, reason };
  const action = status === 'killed' ? 'task_killed' : 'escalation';
  transition(connection, task, {
    to: { role: task.agentOwner, status },
    ...{ reason, events: [{ action, detail }] },
  });
}
