import { sql } from 'kysely';
import type { Ending } from '../../../core/policy/idle/stall.ts';
import type { Connection } from '../../store/connection.ts';
import { query } from '../../store/query.ts';
import { ledger } from './ledger-tables.ts';

/** Enough to see what a role usually does. */
const READ_MAX = 200;
const ENDED = ['done', 'failed', 'escalated', 'killed'] as const;

const latest = query((_: object) =>
  ledger
    .selectFrom('tasks')
    .select(['id', 'agentOwner', 'title', 'status', 'finishedAt'])
    // Named as its parent by who filed it in a run, or as its cause by a script (R-PROD-103).
    .select(
      sql<number>`(
        id in (select parent_task_id from tasks where parent_task_id is not null)
        or id in (select json_extract(detail, '$.caused_by_task_id') from audit_log
          where action = 'task_inserted' and json_extract(detail, '$.caused_by_task_id') is not null)
      )`.as('filed'),
    )
    .where('status', 'in', [...ENDED])
    .where('finishedAt', 'is not', null)
    .where(
      sql<boolean>`id not in (select task_id from audit_log where action = 'idle_wakeup_dispatched' and task_id is not null)`,
    )
    .orderBy('finishedAt', 'desc')
    .orderBy(sql.ref('tasks.rowid'), 'desc')
    .limit(READ_MAX),
);

/** How the latest tasks of a ledger ended, wake-ups left out (R-PROD-046). */
export const latestEndings = (connection: Connection): readonly Ending[] =>
  connection.all(latest, {}).map(({ id, agentOwner, title, status, finishedAt, filed }) => ({
    ...{ taskId: id, role: agentOwner, title },
    status: status as Ending['status'],
    at: Date.parse(finishedAt ?? ''),
    filed: filed === 1,
  }));
