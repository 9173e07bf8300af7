import type { TaskNote, TaskNotes } from '../../core/ports/task-notes.ts';
import { createCounter } from './counters.ts';
import { query, sqlBuilder } from './query.ts';
import type { PartConfig } from './store-config.ts';

type Row = TaskNote & { project: string; seq: number; taskId: string; toldAt: number | null };

const tables = sqlBuilder<{ taskNotes: Row }>();

const insert = query((a: Omit<Row, 'toldAt'>) =>
  tables.insertInto('taskNotes').values({
    ...{ project: a.project, seq: a.seq, taskId: a.taskId, by: a.by, text: a.text, at: a.at },
    toldAt: null,
  }),
);

const untold = query((a: { project: string; taskId: string }) =>
  tables
    .selectFrom('taskNotes')
    .select(['by', 'text', 'at'])
    .where('project', '=', a.project)
    .where('taskId', '=', a.taskId)
    .where('toldAt', 'is', null)
    .orderBy('seq'),
);

const tell = query((a: { project: string; taskId: string; until: number; at: number }) =>
  tables
    .updateTable('taskNotes')
    .set({ toldAt: a.at })
    .where('project', '=', a.project)
    .where('taskId', '=', a.taskId)
    .where('toldAt', 'is', null)
    .where('at', '<=', a.until),
);

/** What people tell the next runs of tasks (R-PROD-067). */
export function createTaskNotes({ database, project, now }: PartConfig): TaskNotes {
  const counter = createCounter(project, 'task-notes');
  return {
    async add(taskId, { by, text, at }) {
      await database.write((connection) => {
        const seq = counter.add(connection, 1);
        connection.run(insert, { project, seq, taskId, by, text, at });
      });
    },
    untold: (taskId) => database.read((connection) => connection.all(untold, { project, taskId })),
    async noteTold(taskId, until) {
      await database.write((connection) => connection.run(tell, { project, taskId, until, at: now() }));
    },
  };
}
