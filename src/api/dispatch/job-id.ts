import { createHash, randomUUID } from 'node:crypto';

/** The id of a new job; the same key is the same job, however often it is sent (R-SYS-004, R-AD-100). */
export const newJobId = (idempotencyKey: string | null): string => idOf('job', idempotencyKey);

/** The id under which several calls are kept: the same for the same idempotency key. */
export const newPlanId = (idempotencyKey: string | null): string => idOf('plan', idempotencyKey);

/** The id of one of several calls, by its place among them. */
export const partId = (planId: string, index: number): string => hashed(`${planId}/${index}`);

const idOf = (kind: string, key: string | null): string =>
  key === null ? randomUUID().replaceAll('-', '') : hashed(`${kind}/${key}`);

const hashed = (name: string): string => createHash('sha256').update(name).digest('hex').slice(0, 32);
