import { statSync } from 'node:fs';
import { join } from 'node:path';
import type { ProjectName } from '../../core/ids.ts';
import type { Store } from '../../core/ports/store.ts';
import { createDatabase } from './database.ts';
import { createJobs, type WatchedJobs } from './jobs.ts';
import { projectionFirstShape } from './migrations/projection-0001-first-shape.ts';
import { projectionDispatchRuns } from './migrations/projection-0002-dispatch-runs.ts';
import { projectionRunAnswers } from './migrations/projection-0003-run-answers.ts';
import { recordsFirstShape } from './migrations/records-0001-first-shape.ts';
import { recordsJobs } from './migrations/records-0002-jobs.ts';
import { recordsJobsByParent } from './migrations/records-0003-jobs-by-parent.ts';
import { recordsSpend } from './migrations/records-0004-spend.ts';
import { recordsQuestions } from './migrations/records-0005-questions.ts';
import { recordsAuditHeads } from './migrations/records-0006-audit-heads.ts';
import { recordsNotices } from './migrations/records-0007-notices.ts';
import { recordsTaskNotes } from './migrations/records-0008-task-notes.ts';
import { recordsWatchStates } from './migrations/records-0009-watch-states.ts';
import { recordsSpendSums } from './migrations/records-0010-spend-sums.ts';
import { createNoticeBox } from './notices.ts';
import { createProjection, type WatchedProjection } from './projection.ts';
import { createQuestions } from './questions.ts';
import { createRecords } from './records.ts';
import { createTaskNotes } from './task-notes.ts';

/** Where the store lives and whose it is. */
export interface SqliteStoreConfig {
  /** State directory, made if missing; null = in memory, for tests and trials. */
  readonly dir: string | null;
  readonly project: ProjectName;
  /** Epoch milliseconds; the wall clock unless a test says otherwise. */
  readonly now?: () => number;
  /** Hears of what an operator should know, such as a damaged projection that was moved aside. */
  readonly onWarning?: (message: string, details: Readonly<Record<string, unknown>>) => void;
}

const OPEN_TO_OTHERS = 0o077;

/** A store whose projection can be tailed and whose jobs can be waited for. */
export interface SqliteStore extends Store {
  readonly projection: WatchedProjection;
  readonly jobs: WatchedJobs;
}

/**
 * Opens a project's store: `records.db`, which survives a power cut, and `projection.db`, which may be lost.
 * Throws `AppError` `storage-failed` when a file is damaged, unwritable or of a newer version.
 */
export async function createSqliteStore(config: SqliteStoreConfig): Promise<SqliteStore> {
  const { dir, project, now = Date.now, onWarning } = config;
  const pathOf = (name: string) => (dir === null ? null : join(dir, name));
  const recordsDatabase = await createDatabase({
    path: pathOf('records.db'),
    synchronous: 'FULL',
    migrations: [
      recordsFirstShape,
      recordsJobs,
      recordsJobsByParent,
      recordsSpend,
      recordsQuestions,
      recordsAuditHeads,
      recordsNotices,
      recordsTaskNotes,
      recordsWatchStates,
      recordsSpendSums,
    ],
    now,
  });
  try {
    const database = await createDatabase({
      path: pathOf('projection.db'),
      synchronous: 'NORMAL',
      migrations: [projectionFirstShape, projectionDispatchRuns, projectionRunAnswers],
      now,
      onMovedAside: (movedTo, cause) =>
        onWarning?.('damaged projection moved aside, begun anew', { movedTo, cause }),
    });
    if (dir !== null && (statSync(dir).mode & OPEN_TO_OTHERS) !== 0) {
      onWarning?.('the state directory is open to other users of this machine', { dir });
    }
    return {
      records: createRecords({ database: recordsDatabase, project, now }),
      projection: createProjection({ database, project, now }, recordsDatabase),
      notices: createNoticeBox({ database: recordsDatabase, project, now }),
      jobs: createJobs({ database: recordsDatabase, project, now }, database),
      questions: createQuestions({ database: recordsDatabase, project, now }),
      taskNotes: createTaskNotes({ database: recordsDatabase, project, now }),
      async close() {
        database.close();
        recordsDatabase.close();
      },
    };
  } catch (error) {
    recordsDatabase.close();
    throw error;
  }
}
