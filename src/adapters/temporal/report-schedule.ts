import {
  type Client,
  ScheduleAlreadyRunning,
  ScheduleNotFoundError,
  type ScheduleOptions,
  ScheduleOverlapPolicy,
} from '@temporalio/client';
import { dispatchQueue, type ProjectName, reportScheduleId } from '../../core/ids.ts';
import type { reportWorkflow } from '../../workflows/report.ts';

export interface ReportScheduleConfig {
  readonly project: ProjectName;
  /** 0 = no reports by themselves. */
  readonly everyHours: number;
  /** When the last report was written, epoch milliseconds; null = never. */
  readonly lastAt: number | null;
}

const HOUR_MS = 3_600_000;

/**
 * Creates the schedule of a project's reports, or brings it up to date; the first report follows at once when the last
 * is older than that (R-PROD-072). The server keeps it over restarts of everything.
 */
export async function ensureReportSchedule(client: Client, config: ReportScheduleConfig): Promise<void> {
  const { project, everyHours, lastAt } = config;
  const handle = client.schedule.getHandle(reportScheduleId(project));
  if (everyHours === 0) {
    await handle.delete().catch((error: unknown) => {
      if (!(error instanceof ScheduleNotFoundError)) throw error;
    });
    return;
  }
  const schedule = scheduleOf(project, everyHours);
  try {
    await client.schedule.create(schedule);
  } catch (error) {
    if (!(error instanceof ScheduleAlreadyRunning)) throw error;
    const { spec, action, policies } = schedule;
    await handle.update((known) => ({
      ...known,
      spec,
      action,
      ...(policies === undefined ? {} : { policies }),
    }));
  }
  if (lastAt === null || Date.now() - lastAt >= everyHours * HOUR_MS)
    await handle.trigger(ScheduleOverlapPolicy.SKIP);
}

function scheduleOf(project: ProjectName, everyHours: number) {
  const everyMs = everyHours * HOUR_MS;
  return {
    scheduleId: reportScheduleId(project),
    spec: { intervals: [{ every: everyMs }] },
    action: {
      type: 'startWorkflow',
      workflowType: 'reportWorkflow' satisfies typeof reportWorkflow.name,
      workflowId: reportScheduleId(project),
      taskQueue: dispatchQueue(project),
      args: [],
      // Nobody is up that could write it: the next one tells the same and more.
      workflowExecutionTimeout: everyMs,
    },
    // A server that was away for days owes one report, not one for each time it missed.
    policies: { overlap: ScheduleOverlapPolicy.SKIP, catchupWindow: everyMs },
  } satisfies ScheduleOptions;
}
