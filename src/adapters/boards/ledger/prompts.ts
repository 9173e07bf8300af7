import type { RunNote } from '../../../core/ports/board.ts';
import type { Connection } from '../../store/connection.ts';
import { query } from '../../store/query.ts';
import { sha256 } from './audit.ts';
import { type LedgerTables, ledger } from './ledger-tables.ts';
import { isoSeconds } from './times.ts';

const add = query((a: LedgerTables['prompts']) =>
  ledger
    .insertInto('prompts')
    .values({
      hash: a.hash,
      systemPrompt: a.systemPrompt,
      userPrompt: a.userPrompt,
      toolsJson: a.toolsJson,
      firstSeen: a.firstSeen,
    })
    .onConflict((conflict) => conflict.doNothing()),
);

/** Keeps what was sent, each text once (R-PROD-020); answers its hash, null where nothing is known. */
export function keepPrompt(connection: Connection, { prompt, at }: RunNote): string | null {
  if (prompt === undefined || prompt === null) return null;
  const toolsJson = prompt.tools === null ? null : JSON.stringify(prompt.tools);
  const hash = sha256(JSON.stringify([prompt.system, prompt.user, toolsJson]));
  connection.run(add, {
    ...{ hash, systemPrompt: prompt.system, userPrompt: prompt.user, toolsJson },
    firstSeen: isoSeconds(at),
  });
  return hash;
}
