import { AppError, invalidInput } from '../../../core/errors.ts';
import { AGENT_NAME_PATTERN } from '../../../core/schema/config.ts';
import { LEDGER_STATUSES, type LedgerStatus } from './ledger-tables.ts';

/** Where a task of a ledger stands: whose it is and how far it is. */
export interface Place {
  readonly role: string;
  readonly status: LedgerStatus;
}

const NOT_PENDING: readonly LedgerStatus[] = LEDGER_STATUSES.filter((status) => status !== 'pending');

/** The queue of a place: `<role>` for pending tasks, `<role>:<status>` for all others. */
export const queueOf = ({ role, status }: Place): string =>
  status === 'pending' ? role : `${role}:${status}`;

/** The place a queue name means; a role's name holds no colon, so each name means one. */
export function placeOf(queueName: string): Place {
  const at = queueName.lastIndexOf(':');
  const status = NOT_PENDING.find((name) => name === queueName.slice(at + 1));
  return at < 0 || status === undefined
    ? { role: queueName, status: 'pending' }
    : { role: queueName.slice(0, at), status };
}

/** All queues of a role, the one that is worked on first. */
export const queuesOf = (role: string): readonly string[] =>
  LEDGER_STATUSES.map((status) => queueOf({ role, status }));

/** Throws unless a role can have this name. */
export function checkRoleName(field: string, name: string): void {
  if (typeof name !== 'string' || name.trim() === '') invalidInput(field, 'must not be blank');
  if (!AGENT_NAME_PATTERN.test(name))
    invalidInput(field, 'must be 1 to 200 characters without colons and control characters');
}

/** The error for a queue of a role that nobody knows. */
export const unknownQueue = (queueName: string, roles: readonly string[]): AppError =>
  new AppError('queue-not-found', `Queue ${JSON.stringify(queueName.slice(0, 200))} not found`, {
    hint: `roles of this ledger: ${roles.slice(0, 50).join(', ') || 'none'}`,
    details: { queueName },
  });
