import { openLedger } from './open-ledger.ts';
import { parseSeed, type Seeded, seedTasks } from './seed.ts';

/** Puts the tasks of a seed file's text in line in a ledger file, all or none (R-PROD-009). */
export async function seedLedger(path: string, text: string): Promise<Seeded> {
  const tasks = parseSeed(text);
  const database = await openLedger(path);
  try {
    return await database.write((connection) => seedTasks(connection, tasks));
  } finally {
    database.close();
  }
}
