import { z } from 'zod';

/** Says that this row had this hash; written down where nobody who can change the rows can change it. */
export const Anchor = z.object({
  kind: z.literal('dispatch-audit-anchor'),
  project: z.string(),
  seq: z.int().min(1),
  hash: z.string().regex(/^[0-9a-f]{64}$/),
  /** ISO 8601, UTC. */
  at: z.string(),
});
export type Anchor = z.infer<typeof Anchor>;

/** An anchor from a line; null: the line is something else. */
export function parseAnchor(line: string): Anchor | null {
  if (!line.includes('dispatch-audit-anchor')) return null;
  try {
    return Anchor.safeParse(JSON.parse(line)).data ?? null;
  } catch {
    return null;
  }
}
