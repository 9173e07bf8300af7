import type { Projection } from '../../core/ports/store.ts';
import type { Database } from './database.ts';
import { createEventNumbers } from './event-numbers.ts';
import { type AppendListener, createEvents } from './events.ts';
import { pruneProjection } from './projection-prune.ts';
import { createRunAnswers } from './run-answers.ts';
import { createRunReport } from './run-report.ts';
import { createRuns } from './runs.ts';
import type { PartConfig } from './store-config.ts';

/** A projection that tells of its changes; what an event tail needs. */
export interface WatchedProjection extends Projection {
  /** Calls back at once with events that this process appends; answers the way to stop. */
  onAppend(listener: AppendListener): () => void;
  /** Like `lastEventSeq`, in this very moment. */
  lastEventSeqNow(): number;
  /** Changes when another process has written. */
  foreignChanges(): number;
}

/** The projection of one project: runs and events, for people and streams. */
export function createProjection(config: PartConfig, recordsDatabase: Database): WatchedProjection {
  return {
    ...createRuns(config),
    ...createRunAnswers(config),
    ...createRunReport(config),
    ...createEvents(config, createEventNumbers(config.project, recordsDatabase)),
    prune: (before) => pruneProjection(config, before),
    foreignChanges: () => config.database.foreignChanges(),
  };
}
