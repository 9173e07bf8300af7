import { createHash } from 'node:crypto';
import type { ChangeNote } from '../core/ports/store.ts';

/** The audit trail names what an agent was told by its hash; the text itself stands in the record of the run (R-PROD-020). */
export const promptNote = (prompt: string): ChangeNote => ({
  detail: { prompt_sha256: createHash('sha256').update(prompt).digest('hex') },
});
