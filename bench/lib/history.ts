import { Client, Connection } from '@temporalio/client';

type Time = { readonly seconds?: unknown; readonly nanos?: number | null } | null | undefined;

interface HistoryEvent {
  readonly eventTime?: Time;
  readonly [attributes: string]: unknown;
}

const msOf = (time: Time): number => Number(time?.seconds ?? Number.NaN) * 1000 + (time?.nanos ?? 0) / 1e6;

/** When what happened to one task, as its workflow's history tells (wall ms). */
export interface TaskMoments {
  readonly started: number;
  readonly workflowTask: number;
  readonly scheduled: number;
  readonly activity: number;
  readonly events: number;
  readonly bytes: number;
}

/** Reads histories outside of the measured time. */
export async function connectReader(address: string) {
  const connection = await Connection.connect({ address });
  const client = new Client({ connection });
  return {
    async moments(workflowId: string): Promise<TaskMoments> {
      const handle = client.workflow.getHandle(workflowId);
      const [{ events }, { historyLength, historySize }] = await Promise.all([
        handle.fetchHistory(),
        handle.describe(),
      ]);
      const all = (events ?? []) as unknown as HistoryEvent[];
      const first = (attributes: string) =>
        msOf(all.find((event) => event[attributes] != null)?.eventTime ?? null);
      return {
        started: first('workflowExecutionStartedEventAttributes'),
        workflowTask: first('workflowTaskStartedEventAttributes'),
        scheduled: first('activityTaskScheduledEventAttributes'),
        activity: first('activityTaskStartedEventAttributes'),
        events: historyLength,
        bytes: historySize ?? Number.NaN,
      };
    },
    async size(workflowId: string): Promise<{ events: number; bytes: number; runId: string }> {
      const { historyLength, historySize, runId } = await client.workflow.getHandle(workflowId).describe();
      return { events: historyLength, bytes: historySize ?? Number.NaN, runId };
    },
    close: () => connection.close(),
  };
}
