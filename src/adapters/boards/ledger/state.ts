import type { Connection } from '../../store/connection.ts';
import { query } from '../../store/query.ts';
import { ledger } from './ledger-tables.ts';

const find = query((a: { name: string }) =>
  ledger.selectFrom('ledgerState').select('value').where('name', '=', a.name),
);

const put = query((a: { name: string; value: string }) =>
  ledger
    .insertInto('ledgerState')
    .values({ name: a.name, value: a.value })
    .onConflict((conflict) => conflict.column('name').doUpdateSet({ value: a.value })),
);

/** A small fact about the file itself, kept in it. */
export const readState = (connection: Connection, name: string): string | null =>
  connection.get(find, { name })?.value ?? null;

/** Keeps such a fact. */
export function writeState(connection: Connection, name: string, value: string): void {
  connection.run(put, { name, value });
}
