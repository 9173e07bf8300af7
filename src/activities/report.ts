import { utcDay } from '../core/policy/money/utc-day.ts';
import { reportNotice } from '../core/policy/report/report-notice.ts';
import type { WrittenReport } from '../core/ports/reports.ts';
import type { ActivityPorts } from './ports.ts';
import { tellStalePrices } from './stale-prices-notice.ts';

/** Reports written without anybody asking. */
export interface ReportActivities {
  /** Today's; answers where it is. */
  writeReport(): Promise<{ date: string; path: string }>;
}

export function createReportActivities(ports: ActivityPorts): ReportActivities {
  return {
    async writeReport() {
      await tellStalePrices(ports);
      const by = { channel: 'schedule', actor: 'dispatch' };
      const report = await ports.reports.write(utcDay(Date.now()), by);
      await tellReport(ports, report);
      return { date: report.date, path: report.path };
    },
  };
}

/** To whom asked for it; the one before is old news, also for who was not told of it yet (R-PROD-075). */
async function tellReport({ notices, settings }: ActivityPorts, report: WrittenReport): Promise<void> {
  if (settings().notifications.off.includes('report')) return;
  const notice = reportNotice(report);
  await notices.resolve(notice.key);
  await notices.raise(notice);
}
