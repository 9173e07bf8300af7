import { z } from 'zod';

/** A board as a file names it: a path alone means a JSON board. */
export const BoardConfig = z.union([
  z.string().min(1),
  z.looseObject({
    kind: z.literal('json').optional(),
    path: z
      .string()
      .min(1)
      .describe('Path of the board file; relative paths start at the folder of this file'),
    id_style: z.enum(['number', 'ulid']).optional().describe('How new task ids look'),
  }),
  z.looseObject({
    kind: z.literal('ledger'),
    path: z.string().min(1).describe('Path of the SQLite file; made when missing'),
    on_dependency_failed: z
      .enum(['wait', 'escalate', 'kill'])
      .optional()
      .describe('What becomes of a task when one that it depends on failed for good; default wait'),
  }),
  z.looseObject({ kind: z.literal('memory') }),
]);
