import type { Client } from '@temporalio/client';
import { tellStalePrices } from './activities/stale-prices-notice.ts';
import type { Project } from './compose.ts';
import { openPrices } from './compose-prices.ts';
import { messageOf } from './core/errors.ts';

/** Sees to it that reports are written by themselves, and that stale prices are told; neither keeps a worker from starting. */
export async function startReports(project: Project, client: Client): Promise<void> {
  const { context, log, settings } = project;
  const { board, notices, reports } = context;
  await tellStalePrices({ board, notices, log, prices: openPrices(project) });
  const { project: name, reportHours: everyHours } = settings();
  try {
    const { ensureReportSchedule } = await import('./adapters/temporal/report-schedule.ts');
    await ensureReportSchedule(client, { project: name, everyHours, lastAt: reports.lastAt() });
  } catch (error) {
    log.warn({ error: messageOf(error) }, 'schedule of reports not made; try again with the next start');
  }
}
