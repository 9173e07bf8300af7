import { z } from 'zod';
import { OUTPUT_PAGE_BYTES_MAX } from '../../core/limits.ts';
import { defineOperation } from '../operation.ts';
import { existingRun, runId } from '../run.ts';
import { readOutput } from '../run-output.ts';

/** `GET /runs/{run_id}/output`: a piece of the raw output; untrusted text (R-SYS-032). */
export const getRunOutput = defineOperation({
  name: 'get-run-output',
  summary: "Read a piece of a run's raw output",
  http: { method: 'GET', path: '/runs/:run_id/output', access: 'read' },
  cli: { words: ['runs', 'output'], positionals: ['run_id'] },
  input: z.object({
    run_id: runId(),
    offset: z.int().min(0).optional().describe('First byte; absent = the end of the output'),
    bytes: z
      .int()
      .min(1)
      .max(OUTPUT_PAGE_BYTES_MAX)
      .default(OUTPUT_PAGE_BYTES_MAX)
      .describe('How many bytes at most'),
  }),
  output: z.strictObject({
    run_id: z.string(),
    /** Where `text` begins, in bytes. */
    offset: z.int(),
    next_offset: z.int(),
    size: z.int(),
    text: z.string(),
    /** The file is gone; this is the tail kept in the record. */
    tail_only: z.boolean(),
  }),
  async run({ store, settings }, { run_id, offset, bytes }) {
    const run = await existingRun(store, run_id);
    return {
      run_id,
      ...(await readOutput(run, { stateDir: settings.stateDir, offset: offset ?? null, bytes })),
    };
  },
});
