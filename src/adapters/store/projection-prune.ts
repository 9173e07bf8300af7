import { STORE_PRUNE_BATCH_MAX } from '../../core/store-limits.ts';
import type { Connection } from './connection.ts';
import { projection } from './projection-tables.ts';
import { query } from './query.ts';
import type { PartConfig } from './store-config.ts';

const oldestEvents = query((a: { project: string }) =>
  projection
    .selectFrom('events')
    .select(['seq', 'storedAt'])
    .where('project', '=', a.project)
    .orderBy('seq')
    .limit(STORE_PRUNE_BATCH_MAX),
);

const dropEvents = query((a: { project: string; upTo: number }) =>
  projection.deleteFrom('events').where('project', '=', a.project).where('seq', '<=', a.upTo),
);

/** A run that goes on is not old, however long it has been going. */
const oldRuns = query((a: { project: string; before: number }) =>
  projection
    .selectFrom('runs')
    .select('runId')
    .where('project', '=', a.project)
    .where('startedAt', '<', a.before)
    .where('status', '=', 'finished')
    .limit(STORE_PRUNE_BATCH_MAX),
);

const dropRun = query((a: { project: string; runId: string }) =>
  projection.deleteFrom('runs').where('project', '=', a.project).where('runId', '=', a.runId),
);

const dropPrompt = query((a: { project: string; runId: string }) =>
  projection.deleteFrom('runPrompts').where('project', '=', a.project).where('runId', '=', a.runId),
);

const dropAnswer = query((a: { project: string; runId: string }) =>
  projection.deleteFrom('runAnswers').where('project', '=', a.project).where('runId', '=', a.runId),
);

/** Deletes old finished runs and old events in short transactions, so that writers get in between. */
export async function pruneProjection(
  { database, project }: PartConfig,
  before: { readonly runsMs: number; readonly eventsMs: number },
): Promise<number> {
  const batches = [
    (connection: Connection) => pruneEvents(connection, project, before.eventsMs),
    (connection: Connection) => pruneRuns(connection, project, before.runsMs),
  ];
  let total = 0;
  for (const batch of batches) {
    for (;;) {
      const gone = await database.write(batch);
      total += gone;
      if (gone < STORE_PRUNE_BATCH_MAX) break;
    }
  }
  return total;
}

/** Events were stored in the order of their numbers: the old ones are a prefix, no scan is needed. */
function pruneEvents(connection: Connection, project: string, beforeMs: number): number {
  const oldest = connection.all(oldestEvents, { project });
  const firstKept = oldest.findIndex((event) => event.storedAt >= beforeMs);
  const last = oldest[(firstKept === -1 ? oldest.length : firstKept) - 1];
  return last === undefined ? 0 : connection.run(dropEvents, { project, upTo: last.seq });
}

function pruneRuns(connection: Connection, project: string, beforeMs: number): number {
  const old = connection.all(oldRuns, { project, before: beforeMs });
  for (const { runId } of old) {
    connection.run(dropRun, { project, runId });
    connection.run(dropPrompt, { project, runId });
    connection.run(dropAnswer, { project, runId });
  }
  return old.length;
}
