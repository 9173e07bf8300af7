import { query } from '../../store/query.ts';
import { ledger, type TaskRow } from './ledger-tables.ts';

/** Writes what came of a task: its files, what it cost, whose configuration its runs had. */
export const setResult = query(
  (a: Pick<TaskRow, 'id' | 'outputRefs' | 'costUsd' | 'actualCostUsd' | 'configIsolation'>) =>
    ledger
      .updateTable('tasks')
      .set({
        outputRefs: a.outputRefs,
        costUsd: a.costUsd,
        actualCostUsd: a.actualCostUsd,
        configIsolation: a.configIsolation,
      })
      .where('id', '=', a.id),
);
