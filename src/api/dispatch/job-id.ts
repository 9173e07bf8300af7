import { createHash, randomUUID } from 'node:crypto';

/** The id of a new job; the same key is the same job, however often it is sent (R-SYS-004, R-AD-100). */
export function newJobId(idempotencyKey: string | null): string {
  if (idempotencyKey === null) return randomUUID().replaceAll('-', '');
  return createHash('sha256').update(`job/${idempotencyKey}`).digest('hex').slice(0, 32);
}
