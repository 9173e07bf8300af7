import { utcDay } from '../core/policy/money/utc-day.ts';
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
      const { date, path } = await ports.reports.write(utcDay(Date.now()), {
        channel: 'schedule',
        actor: 'dispatch',
      });
      return { date, path };
    },
  };
}
