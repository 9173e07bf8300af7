import type { Client } from '@temporalio/client';
import type { Project } from './compose.ts';
import { startNotices } from './compose-notices.ts';
import { startReports } from './compose-reports.ts';
import { atMost } from './compose-settle.ts';

/** At a shutdown the server is asked for this much time at most (ms). */
const LAST_WORD_MS_MAX = 2_000;

/** Everything by which a worker tells people what happened; answers what ends that. */
export function startTelling(project: Project, client: Client, owner: string): () => Promise<void> {
  const stopNotices = startNotices(project, owner);
  const reports = startReports(project, client);
  return async () => {
    await stopNotices();
    await atMost(LAST_WORD_MS_MAX, reports);
  };
}
