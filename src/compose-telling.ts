import type { Client } from '@temporalio/client';
import type { Project } from './compose.ts';
import { startIdle } from './compose-idle.ts';
import { startNotices } from './compose-notices.ts';
import { startReports } from './compose-reports.ts';
import { atMost } from './compose-settle.ts';

/** At a shutdown the server is asked for this much time at most (ms). */
const LAST_WORD_MS_MAX = 2_000;

export interface TellingParts {
  /** Names this process among those of the project. */
  readonly owner: string;
  /** A task was filed: look at the board. */
  wake(): void;
}

/** Everything by which a worker tells people what happened; answers what ends that. */
export function startTelling(
  project: Project,
  client: Client,
  { owner, wake }: TellingParts,
): () => Promise<void> {
  const stopNotices = startNotices(project, owner);
  const stopIdle = startIdle(project, owner, wake);
  const reports = startReports(project, client);
  return async () => {
    await stopIdle();
    await stopNotices();
    await atMost(LAST_WORD_MS_MAX, reports);
  };
}
