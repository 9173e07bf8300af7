import { proxyActivities } from '@temporalio/workflow';
import type { ReportActivities } from '../activities/report.ts';

const reports = proxyActivities<ReportActivities>({
  startToCloseTimeout: '2m',
  retry: { initialInterval: '1s', maximumInterval: '5m' },
});

/** Writes the morning report; a disk that is full or a ledger that is away is waited for (R-PROD-072). */
export async function reportWorkflow(): Promise<{ date: string; path: string }> {
  return reports.writeReport();
}
