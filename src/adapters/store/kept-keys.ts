import { IDEMPOTENCY_KEPT_MS } from '../../core/limits.ts';
import type { KeptAnswer, Records } from '../../core/ports/store.ts';
import { query } from './query.ts';
import { records } from './records-tables.ts';
import type { PartConfig } from './store-config.ts';

const find = query((a: { project: string; key: string; after: number }) =>
  records
    .selectFrom('keptKeys')
    .select(['operation', 'bodyHash', 'state', 'answer', 'workflowId', 'createdAt'])
    .where('project', '=', a.project)
    .where('key', '=', a.key)
    .where('createdAt', '>', a.after),
);

type NewKey = Pick<KeptAnswer, 'operation' | 'bodyHash' | 'workflowId' | 'createdAt'>;

/** Replaces what is kept under the key: only called when that has expired. */
const keep = query((a: NewKey & { project: string; key: string }) =>
  records
    .insertInto('keptKeys')
    .values({
      project: a.project,
      key: a.key,
      operation: a.operation,
      bodyHash: a.bodyHash,
      state: 'accepted',
      answer: null,
      workflowId: a.workflowId,
      createdAt: a.createdAt,
    })
    .onConflict((conflict) =>
      conflict.columns(['project', 'key']).doUpdateSet((eb) => ({
        operation: eb.ref('excluded.operation'),
        bodyHash: eb.ref('excluded.bodyHash'),
        state: eb.ref('excluded.state'),
        answer: null,
        workflowId: eb.ref('excluded.workflowId'),
        createdAt: eb.ref('excluded.createdAt'),
      })),
    ),
);

/** A done answer stays: a late failure report of the same command cannot take it back. */
const settle = query((a: { project: string; key: string; state: 'done' | 'failed'; answer: string }) =>
  records
    .updateTable('keptKeys')
    .set({ state: a.state, answer: a.answer })
    .where('project', '=', a.project)
    .where('key', '=', a.key)
    .where('state', '<>', 'done'),
);

type KeptKeys = Pick<Records, 'keepKey' | 'settleKey' | 'getKey'>;

/** Idempotency keys and their answers; the first body under a key wins for 7 days. */
export function createKeptKeys({ database, project, now }: PartConfig): KeptKeys {
  return {
    keepKey: (key, { operation, bodyHash, workflowId }) =>
      database.write((connection) => {
        const createdAt = now();
        const kept = connection.get(find, { project, key, after: createdAt - IDEMPOTENCY_KEPT_MS });
        if (kept !== undefined) return kept;
        connection.run(keep, { project, key, operation, bodyHash, workflowId, createdAt });
        return { operation, bodyHash, workflowId, createdAt, state: 'accepted', answer: null };
      }),

    async settleKey(key, state, answer) {
      await database.write((connection) => connection.run(settle, { project, key, state, answer }));
    },

    getKey: (key) =>
      database.read(
        (connection) => connection.get(find, { project, key, after: now() - IDEMPOTENCY_KEPT_MS }) ?? null,
      ),
  };
}
