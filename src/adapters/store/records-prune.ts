import { IDEMPOTENCY_KEPT_MS, SESSIONS_KEPT_MS } from '../../core/limits.ts';
import { STORE_PRUNE_BATCH_MAX } from '../../core/store-limits.ts';
import { jobs } from './jobs-tables.ts';
import { type Query, query } from './query.ts';
import { questions } from './questions-queries.ts';
import { records } from './records-tables.ts';
import type { PartConfig } from './store-config.ts';

interface Old {
  readonly project: string;
  readonly before: number;
}

const oldEffects = query((a: Old) =>
  records
    .deleteFrom('effects')
    .where('project', '=', a.project)
    .where('key', 'in', (old) =>
      old
        .selectFrom('effects')
        .select('key')
        .where('project', '=', a.project)
        .where('begunAt', '<', a.before)
        .limit(STORE_PRUNE_BATCH_MAX),
    ),
);

const oldKeys = query((a: Old) =>
  records
    .deleteFrom('keptKeys')
    .where('project', '=', a.project)
    .where('key', 'in', (old) =>
      old
        .selectFrom('keptKeys')
        .select('key')
        .where('project', '=', a.project)
        .where('createdAt', '<', a.before)
        .limit(STORE_PRUNE_BATCH_MAX),
    ),
);

const oldTexts = query((a: Old) =>
  records
    .deleteFrom('texts')
    .where('project', '=', a.project)
    .where('reference', 'in', (old) =>
      old
        .selectFrom('texts')
        .select('reference')
        .where('project', '=', a.project)
        .where('usedAt', '<', a.before)
        .limit(STORE_PRUNE_BATCH_MAX),
    ),
);

const oldLocks = query((a: Old) =>
  records.deleteFrom('locks').where('project', '=', a.project).where('expiresAt', '<', a.before),
);

/** Only what ended well and needs nobody's eye: the other states say that a task must stay where it is. */
const oldTaskStates = query((a: Old) =>
  records
    .deleteFrom('taskStates')
    .where('project', '=', a.project)
    .where('taskId', 'in', (old) =>
      old
        .selectFrom('taskStates')
        .select('taskId')
        .where('project', '=', a.project)
        .where('status', '=', 'done')
        .where('anomaly', 'is', null)
        .where('updatedAt', '<', a.before)
        .limit(STORE_PRUNE_BATCH_MAX),
    ),
);

const oldSessions = query((a: Old) =>
  jobs
    .deleteFrom('sessions')
    .where('project', '=', a.project)
    .where('sessionId', 'in', (old) =>
      old
        .selectFrom('sessions')
        .select('sessionId')
        .where('project', '=', a.project)
        .where('lastUsedAt', '<', a.before)
        .limit(STORE_PRUNE_BATCH_MAX),
    ),
);

const oldQuestions = query((a: Old) =>
  questions
    .deleteFrom('questions')
    .where('project', '=', a.project)
    .where('questionId', 'in', (old) =>
      old
        .selectFrom('questions')
        .select('questionId')
        .where('project', '=', a.project)
        .where('closedAt', '<', a.before)
        .limit(STORE_PRUNE_BATCH_MAX),
    ),
);

/** Deletes what nobody needs any more, in short transactions; audit, hosts, routes and budgets stay. */
export async function pruneRecords(
  { database, project, now }: PartConfig,
  beforeMs: number,
): Promise<number> {
  const keysBefore = Math.min(beforeMs, now() - IDEMPOTENCY_KEPT_MS);
  const steps: readonly (readonly [Query<Old, unknown>, number])[] = [
    [oldEffects, beforeMs],
    [oldKeys, keysBefore],
    [oldTexts, beforeMs],
    [oldLocks, Math.min(beforeMs, now())],
    [oldTaskStates, beforeMs],
    [oldQuestions, beforeMs],
    [oldSessions, Math.min(beforeMs, now() - SESSIONS_KEPT_MS)],
  ];
  let total = 0;
  for (const [step, before] of steps) {
    for (;;) {
      const gone = await database.write((connection) => connection.run(step, { project, before }));
      total += gone;
      if (gone < STORE_PRUNE_BATCH_MAX) break;
    }
  }
  return total;
}
