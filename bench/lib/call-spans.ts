import { join } from 'node:path';
import type { createSqliteStore as CreateSqliteStore } from '../../src/adapters/store/create-sqlite-store.ts';
import type { Bench, Row } from './bench.ts';
import type { Callee } from './callee.ts';
import { connectReader } from './history.ts';
import type { Conditions } from './machine.ts';
import { median } from './numbers.ts';

/** Moments of one call as its caller and its agent saw them (wall ms). */
export interface CallNote {
  readonly jobId: string;
  readonly sent: number;
  /** The id of the job was there. */
  readonly accepted: number;
  readonly first: number;
  readonly last: number;
  readonly answered: number;
}

/** Where the time of a call goes and what it leaves in history, from what server and records say by themselves. */
export async function spanRow(
  { address, code }: Bench,
  { project, stateDir }: Callee,
  { notes, conditions }: { readonly notes: readonly CallNote[]; readonly conditions: Conditions },
): Promise<Row> {
  const { createSqliteStore } = (await import(join(code, 'adapters/store/create-sqlite-store.js'))) as {
    createSqliteStore: typeof CreateSqliteStore;
  };
  const store = await createSqliteStore({ dir: stateDir, project });
  const reader = await connectReader(address);
  const all: Record<string, number>[] = [];
  for (const { jobId, sent, accepted, first, last, answered } of notes) {
    const job = await store.jobs.get(jobId);
    const run = await store.projection.getRun(job?.runId ?? '');
    const { started, workflowTask, scheduled, activity, events, bytes } = await reader.moments(
      `dispatch/${project}/${jobId}`,
    );
    const [began, spawned] = [run?.startedAt ?? Number.NaN, run?.spawnedAt ?? Number.NaN];
    all.push({
      'sent -> job made': (job?.createdAt ?? Number.NaN) - sent,
      'job made -> workflow started': started - (job?.createdAt ?? Number.NaN),
      'workflow started -> its first task': workflowTask - started,
      'first task, admission -> activity scheduled': scheduled - workflowTask,
      'activity scheduled -> taken': activity - scheduled,
      'activity taken -> its code': began - activity,
      'prepare and spawn': spawned - began,
      'contain and exec': first - spawned,
      'sent -> accepted': accepted - sent,
      'agent ends -> job ended': (job?.completedAt ?? Number.NaN) - last,
      'job ended -> answered': answered - (job?.completedAt ?? Number.NaN),
      ...{ events, bytes },
    });
  }
  await reader.close();
  await store.close();
  const names = Object.keys(all[0] ?? {});
  const spans = Object.fromEntries(
    names.map((name) => [name, median(all.map((one) => one[name] ?? Number.NaN))]),
  );
  return {
    ...{
      id: 'AD3.history',
      what: 'history of one dispatch',
      unit: 'events',
      ours: spans.events ?? Number.NaN,
    },
    ...{ floor: null, ratio: null, target: null, reached: null, conditions, more: { spans } },
  };
}
