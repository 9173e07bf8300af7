import type { LedgerBook } from '../../../core/ports/ledger-book.ts';
import type { Connection } from '../../store/connection.ts';
import { query } from '../../store/query.ts';
import { keyHash } from '../table-operations.ts';
import { recordAsset } from './assets.ts';
import { decisionsOn, recordDecision } from './decisions.ts';
import type { LedgerAccess } from './lazy-ledger.ts';
import { ledger } from './ledger-tables.ts';

const find = query((a: { key: string }) =>
  ledger.selectFrom('ledgerKeys').select('answer').where('key', '=', a.key),
);
const keep = query((a: { key: string; answer: string }) =>
  ledger.insertInto('ledgerKeys').values({ key: a.key, answer: a.answer }),
);

/** Does it once under the key; the same key again answers what it answered then. */
function once<T>(connection: Connection, key: string | undefined, work: () => T): T {
  if (key === undefined) return work();
  const hash = keyHash(key);
  const known = connection.get(find, { key: hash });
  if (known !== undefined) return JSON.parse(known.answer) as T;
  const answer = work();
  connection.run(keep, { key: hash, answer: JSON.stringify(answer) });
  return answer;
}

/** Decisions and assets of a ledger file. */
export function createBook({ read, write }: LedgerAccess): LedgerBook {
  return {
    recordDecision: ({ agent, decision, ...rest }, { key } = {}) =>
      write((c) =>
        once(c, key, () => recordDecision(c, { ...rest, agentOwner: agent, decisionText: decision })),
      ),
    recordAsset: (asset, { key } = {}) => write((c) => once(c, key, () => recordAsset(c, asset))),
    decisionsOn: (taskId) =>
      read((c) =>
        decisionsOn(c, taskId).map(({ agentOwner, decisionText, ...rest }) => ({
          ...{ ...rest, agent: agentOwner, decision: decisionText },
        })),
      ),
  };
}
