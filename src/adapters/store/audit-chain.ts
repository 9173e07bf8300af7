import { hash } from 'node:crypto';
import { AUDIT_DETAIL_BYTES_MAX, AUDIT_NAME_LENGTH_MAX } from '../../core/limits.ts';
import { auditText, type ChainHead, GENESIS_HASH } from '../../core/policy/audit/chain.ts';
import type { AuditEntry } from '../../core/ports/store.ts';
import type { Connection } from './connection.ts';
import { columnsOf, query } from './query.ts';
import { type RecordsTables, records } from './records-tables.ts';

const insert = query((a: RecordsTables['audit']) =>
  records
    .insertInto('audit')
    .values(
      columnsOf(a, [
        ...(['project', 'seq', 'at', 'channel', 'actor', 'action', 'subject', 'detail'] as const),
        ...(['prevHash', 'hash'] as const),
      ]),
    ),
);

const findHead = query((a: { project: string }) =>
  records.selectFrom('auditHeads').select(['firstSeq', 'seq', 'hash']).where('project', '=', a.project),
);

const putHead = query((a: RecordsTables['auditHeads']) =>
  records
    .insertInto('auditHeads')
    .values(columnsOf(a, ['project', 'firstSeq', 'seq', 'hash']))
    .onConflict((conflict) =>
      conflict
        .column('project')
        .doUpdateSet((eb) => ({ seq: eb.ref('excluded.seq'), hash: eb.ref('excluded.hash') })),
    ),
);

const lastSeq = query((a: { project: string }) =>
  records.selectFrom('audit').select('seq').where('project', '=', a.project).orderBy('seq', 'desc').limit(1),
);

/** The audit trail of one project, as a chain of hashes (R-PROD-028). */
export interface AuditChain {
  /**
   * Appends inside a write, so that the line and the change it tells of are one commit. The write transaction is what
   * makes all processes one line.
   */
  append(connection: Connection, entry: AuditEntry): void;
  /** Null: nothing was written yet. */
  head(connection: Connection): ChainHead | null;
}

export function createAuditChain(project: string): AuditChain {
  const head = (connection: Connection) => connection.get(findHead, { project }) ?? null;
  return {
    head,
    append(connection, { at, channel, actor, action, subject, detail }) {
      const before = head(connection) ?? beginning(connection, project);
      const row = {
        ...{ project, seq: before.seq + 1, at: Math.trunc(at) },
        ...{ channel: storable(channel), actor: storable(actor) },
        ...{ action: storable(action), subject: storable(subject), detail: detailText(detail) },
      };
      const hash = sha256(auditText(row, before.hash));
      connection.run(insert, { ...row, prevHash: before.hash, hash });
      connection.run(putHead, { project, firstSeq: before.firstSeq, seq: row.seq, hash });
    },
  };
}

/** Lines from before there was a chain stay as they are: it begins behind them. */
function beginning(connection: Connection, project: string): ChainHead {
  const seq = connection.get(lastSeq, { project })?.seq ?? 0;
  return { firstSeq: seq + 1, seq, hash: GENESIS_HASH };
}

const sha256 = (text: string): string => hash('sha256', text);

/** As it will be read again: half a surrogate pair would come back as another character, and with another hash. */
const storable = (text: string): string =>
  text.slice(0, AUDIT_NAME_LENGTH_MAX).replace(/\p{Surrogate}/gu, '\uFFFD');

/** A detail that is too long is replaced, not refused: the change it tells of has happened. */
function detailText(detail: AuditEntry['detail']): string {
  const text = JSON.stringify(detail);
  const bytes = Buffer.byteLength(text);
  return bytes <= AUDIT_DETAIL_BYTES_MAX ? text : JSON.stringify({ omitted: 'too long', bytes });
}
