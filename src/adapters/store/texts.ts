import { createHash } from 'node:crypto';
import { AppError } from '../../core/errors.ts';
import { PROMPT_BYTES_MAX } from '../../core/limits.ts';
import type { Records } from '../../core/ports/store.ts';
import { query } from './query.ts';
import { records } from './records-tables.ts';
import type { PartConfig } from './store-config.ts';

/** A text that comes again only gets a new date, so that pruning spares it. */
const put = query((a: { project: string; reference: string; bytes: number; usedAt: number; body: string }) =>
  records
    .insertInto('texts')
    .values({ project: a.project, reference: a.reference, bytes: a.bytes, usedAt: a.usedAt, body: a.body })
    .onConflict((conflict) =>
      conflict.columns(['project', 'reference']).doUpdateSet((eb) => ({ usedAt: eb.ref('excluded.usedAt') })),
    ),
);

const find = query((a: { project: string; reference: string }) =>
  records
    .selectFrom('texts')
    .select('body')
    .where('project', '=', a.project)
    .where('reference', '=', a.reference),
);

type Texts = Pick<Records, 'putText' | 'getText'>;

/**
 * Texts too large for workflow history, kept once under their hash (R-SYS-009). What refers to one is written after it,
 * and that write keeps the text for good, too.
 */
export function createTexts({ database, project, now }: PartConfig): Texts {
  return {
    async putText(body) {
      const bytes = Buffer.byteLength(body);
      if (bytes > PROMPT_BYTES_MAX) {
        throw new AppError(
          'payload-too-large',
          `a text of ${bytes} bytes; at most ${PROMPT_BYTES_MAX} are kept`,
          {
            details: { bytes, bytesMax: PROMPT_BYTES_MAX },
          },
        );
      }
      const reference = `sha256:${createHash('sha256').update(body).digest('hex')}`;
      await database.note((connection) =>
        connection.run(put, { project, reference, bytes, usedAt: now(), body }),
      );
      return reference;
    },

    getText: (reference) =>
      database.read((connection) => connection.get(find, { project, reference })?.body ?? null),
  };
}
