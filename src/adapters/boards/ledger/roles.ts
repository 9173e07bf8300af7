import { sql } from 'kysely';
import { AppError } from '../../../core/errors.ts';
import type { QueueDetail, QueueSummary } from '../../../core/schema/task.ts';
import type { Connection } from '../../store/connection.ts';
import { query } from '../../store/query.ts';
import { appendEvent, PRODUCER } from './audit.ts';
import { type LedgerStatus, ledger } from './ledger-tables.ts';
import { checkRoleName, type Place, placeOf, queueOf, queuesOf, unknownQueue } from './queue-names.ts';
import { listPlace } from './read-tasks.ts';
import { isoSeconds } from './times.ts';

const inTasks = query((_: object) => ledger.selectFrom('tasks').select('agentOwner').distinct());
const kept = query((_: object) => ledger.selectFrom('ledgerRoles').select('name').orderBy('createdAt'));
const counts = query((_: object) =>
  ledger
    .selectFrom('tasks')
    .select(['agentOwner', 'status', sql<number>`count(*)`.as('count')])
    .groupBy(['agentOwner', 'status']),
);
const countOf = query((a: Place) =>
  ledger
    .selectFrom('tasks')
    .select(sql<number>`count(*)`.as('count'))
    .where('agentOwner', '=', a.role)
    .where('status', '=', a.status),
);
const add = query((a: { name: string; createdAt: string }) =>
  ledger
    .insertInto('ledgerRoles')
    .values({ name: a.name, createdAt: a.createdAt })
    .onConflict((conflict) => conflict.doNothing()),
);
const remove = query((a: { name: string }) => ledger.deleteFrom('ledgerRoles').where('name', '=', a.name));
const renameTasks = query((a: { name: string; newName: string }) =>
  ledger.updateTable('tasks').set({ agentOwner: a.newName }).where('agentOwner', '=', a.name),
);

/** Roles the configuration names. */
export type Configured = () => readonly string[];

/** Every role there is: configured ones, those made over the API, owners of tasks. */
export function rolesOf(connection: Connection, configured: Configured): readonly string[] {
  const made = connection.all(kept, {}).map(({ name }) => name);
  const owners = connection.all(inTasks, {}).map(({ agentOwner }) => agentOwner);
  return [...new Set([...configured(), ...made, ...owners])];
}

/** The place a queue name means, when a role of that name is known; throws `queue-not-found` else. */
export function knownPlace(connection: Connection, configured: Configured, queueName: string): Place {
  const place = placeOf(queueName);
  const roles = rolesOf(connection, configured);
  if (!roles.includes(place.role)) throw unknownQueue(queueName, roles);
  return place;
}

/** Six queues for each role. */
export function listQueues(connection: Connection, configured: Configured): QueueSummary[] {
  const found = new Map(
    connection
      .all(counts, {})
      .map(({ agentOwner, status, count }) => [queueOf({ role: agentOwner, status }), count]),
  );
  return rolesOf(connection, configured)
    .flatMap(queuesOf)
    .map((name) => ({ name, taskCount: found.get(name) ?? 0 }));
}

/** A queue with its tasks in order; blocked ones are among them. */
export function readQueue(connection: Connection, configured: Configured, queueName: string): QueueDetail {
  const tasks = listPlace(connection, knownPlace(connection, configured, queueName));
  return { name: queueName, taskCount: tasks.length, tasks: tasks.map(({ id, name }) => ({ id, name })) };
}

/** A role of its own, with its six queues. */
export function createRole(connection: Connection, configured: Configured, name: string): QueueSummary {
  checkRoleName('name', name);
  refuseKnown(connection, configured, name);
  connection.run(add, { name, createdAt: isoSeconds(Date.now()) });
  appendEvent(connection, { agentOwner: PRODUCER, action: 'role_created', detail: { role: name } });
  return { name, taskCount: 0 };
}

/** All tasks of a role, whatever their status, get another owner. */
export function renameRole(
  connection: Connection,
  configured: Configured,
  { name, newName }: { readonly name: string; readonly newName: string },
): QueueSummary {
  const place = knownPlace(connection, configured, name);
  const taskCount = connection.get(countOf, place)?.count ?? 0;
  if (newName === name) return { name, taskCount };
  requirePending(place, name);
  refuseKnown(connection, configured, newName);
  checkRoleName('name', newName);
  connection.run(renameTasks, { name, newName });
  connection.run(remove, { name });
  connection.run(add, { name: newName, createdAt: isoSeconds(Date.now()) });
  appendEvent(connection, {
    ...{ agentOwner: PRODUCER, action: 'role_renamed' },
    detail: { from: name, to: newName },
  });
  return { name: newName, taskCount };
}

/** Only a role without any task, and that no configuration names, goes. */
export function deleteRole(connection: Connection, configured: Configured, name: string): void {
  const place = knownPlace(connection, configured, name);
  requirePending(place, name);
  const taskCount = connection
    .all(counts, {})
    .filter(({ agentOwner }) => agentOwner === name)
    .reduce((sum, { count }) => sum + count, 0);
  if (taskCount > 0)
    throw new AppError('queue-not-empty', `Role ${JSON.stringify(name)} owns ${taskCount} tasks`, {
      hint: 'a ledger keeps its tasks: give them to another role first',
      details: { queueName: name, taskCount },
    });
  if (configured().includes(name))
    throw new AppError('queue-in-use', `Role ${JSON.stringify(name)} is part of the configuration`, {
      hint: 'take it out of the configuration instead',
    });
  connection.run(remove, { name });
  appendEvent(connection, { agentOwner: PRODUCER, action: 'role_removed', detail: { role: name } });
}

function refuseKnown(connection: Connection, configured: Configured, name: string): void {
  const known = rolesOf(connection, configured).flatMap(queuesOf);
  if (known.includes(name))
    throw new AppError('already-exists', `Queue ${JSON.stringify(name)} exists`, {
      details: { queueName: name },
    });
}

function requirePending({ status }: { readonly status: LedgerStatus }, queueName: string): void {
  if (status === 'pending') return;
  throw new AppError('conflict', `Queue ${JSON.stringify(queueName)} is part of its role`, {
    hint: `name the role itself: ${placeOf(queueName).role}`,
  });
}
