import type { Connection } from '../../store/connection.ts';
import type { Database } from '../../store/database.ts';
import { openLedger } from './open-ledger.ts';

/** A ledger file that is opened at its first use. */
export interface LedgerAccess {
  read<T>(work: (connection: Connection) => T): Promise<T>;
  write<T>(work: (connection: Connection) => T): Promise<T>;
}

/** Opened once; a failed opening is tried again with the next call. */
export function createLazyLedger(
  path: string,
): LedgerAccess & { foreignChanges(): number; close(): Promise<void> } {
  let opening: Promise<Database> | null = null;
  let opened: Database | null = null;
  const open = (): Promise<Database> => {
    opening ??= openLedger(path).then(
      (database) => {
        opened = database;
        return database;
      },
      (error: unknown) => {
        opening = null;
        throw error;
      },
    );
    return opening;
  };
  return {
    read: async <T>(work: (connection: Connection) => T) => (await open()).read(work),
    write: async <T>(work: (connection: Connection) => T) => (await open()).write(work),
    foreignChanges: () => opened?.foreignChanges() ?? 0,
    async close() {
      const database = await opening?.catch(() => null);
      database?.close();
    },
  };
}
