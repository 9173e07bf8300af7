import { createHash } from 'node:crypto';
import { AppError } from '../../core/errors.ts';
import type { CallContext } from '../operation.ts';

/** What one idempotency key stands for. */
export interface KeyedCall {
  readonly operation: string;
  /** What was asked for; the same key with anything else is refused. */
  readonly body: unknown;
}

/**
 * Begins something once per idempotency key and answers its id; a repetition gets the id of the first (R-SYS-004).
 * `begin` must come to the same end when it is repeated after a crash: ids made of the key see to that.
 */
export async function oncePerKey(
  { idempotencyKey: key, store }: CallContext,
  { operation, body }: KeyedCall,
  begin: () => Promise<string>,
): Promise<string> {
  if (key === null) return begin();
  const { records } = store;
  const name = `call/${key}`;
  const bodyHash = createHash('sha256')
    .update(JSON.stringify([operation, body]))
    .digest('hex');
  const known = await records.getKey(name);
  const kept = known ?? (await records.keepKey(name, { operation, bodyHash, workflowId: await begin() }));
  if (kept.bodyHash === bodyHash) return kept.workflowId;
  throw keyMismatch(key);
}

/** The key belongs to something else. */
export const keyMismatch = (key: string): AppError =>
  new AppError('idempotency-mismatch', `the idempotency key "${key}" was used for another request`, {
    hint: 'send a new key, or the same request',
  });
