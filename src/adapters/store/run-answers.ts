import type { Projection } from '../../core/ports/store.ts';
import { RunAnswer } from '../../core/schema/run-answer.ts';
import { projection } from './projection-tables.ts';
import { query } from './query.ts';
import type { PartConfig } from './store-config.ts';

interface Row {
  readonly project: string;
  readonly runId: string;
  readonly answer: string;
}

const put = query((a: Row) =>
  projection
    .insertInto('runAnswers')
    .values({ project: a.project, runId: a.runId, answer: a.answer })
    .onConflict((conflict) =>
      conflict.columns(['project', 'runId']).doUpdateSet((eb) => ({ answer: eb.ref('excluded.answer') })),
    ),
);

const find = query((a: Omit<Row, 'answer'>) =>
  projection
    .selectFrom('runAnswers')
    .select('answer')
    .where('project', '=', a.project)
    .where('runId', '=', a.runId),
);

/** What finished runs left behind. */
export function createRunAnswers({
  database,
  project,
}: PartConfig): Pick<Projection, 'putRunAnswer' | 'getRunAnswer'> {
  return {
    async putRunAnswer(runId, answer) {
      await database.write((c) => c.run(put, { project, runId, answer: JSON.stringify(answer) }));
    },
    async getRunAnswer(runId) {
      const row = await database.read((c) => c.get(find, { project, runId }));
      return row === undefined ? null : RunAnswer.parse(JSON.parse(row.answer));
    },
  };
}
