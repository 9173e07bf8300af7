import { LIST_PAGE_MAX } from '../../core/limits.ts';
import type { EventFilter, Projection } from '../../core/ports/store.ts';
import type { NewRunEvent, RunEvent } from '../../core/schema/run-event.ts';
import type { Connection } from './connection.ts';
import { createCounter } from './counters.ts';
import type { EventNumbers } from './event-numbers.ts';
import { NO_TASK, type ProjectionTables, projection } from './projection-tables.ts';
import { query } from './query.ts';
import type { PartConfig } from './store-config.ts';

type Row = ProjectionTables['events'];
const COLUMNS = ['seq', 'ts', 'taskId', 'jobId', 'runId', 'attempt', 'type', 'data'] as const;

const append = query((a: Row) =>
  projection.insertInto('events').values({
    project: a.project,
    seq: a.seq,
    ts: a.ts,
    taskId: a.taskId,
    jobId: a.jobId,
    runId: a.runId,
    attempt: a.attempt,
    type: a.type,
    data: a.data,
    storedAt: a.storedAt,
  }),
);

interface ListArgs {
  readonly project: string;
  readonly afterSeq: number;
  readonly taskId: string;
  readonly jobId: string;
  readonly runId: string;
  readonly limit: number;
}

interface Narrowing {
  readonly task: boolean;
  readonly job: boolean;
  readonly run: boolean;
}

const listOf = (by: Narrowing) =>
  query((a: ListArgs) => {
    let list = projection
      .selectFrom('events')
      .select(COLUMNS)
      .where('project', '=', a.project)
      .where('seq', '>', a.afterSeq);
    if (by.task) list = list.where('taskId', '=', a.taskId);
    if (by.job) list = list.where('jobId', '=', a.jobId);
    if (by.run) list = list.where('runId', '=', a.runId);
    return list.orderBy('seq').limit(a.limit);
  });

/** One query per set of narrowed columns. */
const lists = new Map<string, ReturnType<typeof listOf>>();

function listFor({ taskId, jobId, runId }: EventFilter) {
  const by = { task: taskId !== undefined, job: jobId !== undefined, run: runId !== undefined };
  const shape = JSON.stringify(by);
  const list = lists.get(shape) ?? listOf(by);
  lists.set(shape, list);
  return list;
}

const toEvent = (row: Pick<Row, (typeof COLUMNS)[number]>): RunEvent => ({
  seq: row.seq,
  ts: row.ts,
  task_id: row.taskId === NO_TASK ? null : row.taskId,
  job_id: row.jobId,
  run_id: row.runId,
  attempt: row.attempt,
  type: row.type as RunEvent['type'],
  data: JSON.parse(row.data) as RunEvent['data'],
});

function toStored(event: NewRunEvent, seq: number, storedAt: number): RunEvent {
  const { ts = new Date(storedAt).toISOString(), task_id, job_id = null, run_id } = event;
  const { attempt, type, data } = event;
  return { seq, ts, task_id, job_id, run_id, attempt, type, data };
}

const toRow = (event: RunEvent, project: string, storedAt: number): Row => ({
  project,
  seq: event.seq,
  ts: event.ts,
  taskId: event.task_id ?? NO_TASK,
  jobId: event.job_id,
  runId: event.run_id,
  attempt: event.attempt,
  type: event.type,
  data: JSON.stringify(event.data),
  storedAt,
});

/** Hears of events this process has just stored. */
export type AppendListener = (events: readonly RunEvent[]) => void;

type Events = Pick<Projection, 'appendEvents' | 'listEvents' | 'lastEventSeq'> & {
  onAppend(listener: AppendListener): () => void;
  lastEventSeqNow(): number;
};

/** The project's one stream of events (R-SYS-024); numbers rise in commit order, over processes and restarts. */
export function createEvents({ database, project, now }: PartConfig, numbers: EventNumbers): Events {
  const listeners = new Set<AppendListener>();
  const counter = createCounter(project, 'events');
  return {
    async appendEvents(events) {
      if (events.length === 0) return [];
      let stored = await database.write(store);
      while (stored === null) {
        await numbers.promise(events.length);
        stored = await database.write(store);
      }
      for (const listener of listeners) listener(stored);
      return stored;

      function store(connection: Connection): readonly RunEvent[] | null {
        const first = numbers.take(connection, events.length);
        if (first === null) return null;
        const storedAt = now();
        return events.map((event, index) => {
          const numbered = toStored(event, first + index, storedAt);
          connection.run(append, toRow(numbered, project, storedAt));
          return numbered;
        });
      }
    },

    async listEvents(filter) {
      const { afterSeq, taskId = '', jobId = '', runId = '' } = filter;
      const limit = Math.min(Math.max(0, filter.limit), LIST_PAGE_MAX);
      const args = { project, afterSeq, taskId, jobId, runId, limit };
      const rows = await database.read((connection) => connection.all(listFor(filter), args));
      return rows.map(toEvent);
    },

    lastEventSeq: () => database.read((connection) => counter.read(connection)),
    lastEventSeqNow: () => database.readNow((connection) => counter.read(connection)),

    onAppend(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}
