import type { LedgerJournal, LedgerRow } from '../../../core/ports/ledger-journal.ts';
import type { Connection } from '../../store/connection.ts';
import { query } from '../../store/query.ts';
import { appendEvent, PRODUCER } from './audit.ts';
import { blockedCount, dayFacts } from './day-facts.ts';
import { latestEndings } from './endings.ts';
import { ledger } from './ledger-tables.ts';
import { consecutiveDone, fileWakeup, latestWakeups, unjudgedWakeups } from './wakeups.ts';

interface Access {
  read<T>(work: (connection: Connection) => T): Promise<T>;
  write<T>(work: (connection: Connection) => T): Promise<T>;
}

const last = query((a: { action: string }) =>
  ledger
    .selectFrom('auditLog')
    .select(['taskId', 'detail', 'timestamp'])
    .where('action', '=', a.action)
    .orderBy('id', 'desc')
    .limit(1),
);

/** What a ledger remembers of its days, and what is noted in its chain. */
export function createJournal({ read, write }: Access): LedgerJournal {
  return {
    dayFacts: (day) => read((c) => dayFacts(c, day)),
    endings: () => read(latestEndings),
    blocked: () => read(blockedCount),
    note: ({ taskId = null, ...event }) =>
      write((c) => void appendEvent(c, { ...event, taskId, agentOwner: PRODUCER })),
    last: (action) => read((c) => lastRow(c, action)),
    consecutiveDone: () => read(consecutiveDone),
    fileWakeup: (wakeup) => write((c) => fileWakeup(c, wakeup)),
    wakeups: () => read(latestWakeups),
    unjudgedWakeups: () => read(unjudgedWakeups),
  };
}

function lastRow(connection: Connection, action: string): LedgerRow | null {
  const row = connection.get(last, { action });
  if (row === undefined) return null;
  const { taskId, detail, timestamp } = row;
  return {
    ...{ action, at: Date.parse(timestamp) },
    detail: JSON.parse(detail) as LedgerRow['detail'],
    ...(taskId === null ? {} : { taskId }),
  };
}
