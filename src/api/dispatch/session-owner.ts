import { AppError, invalidInput } from '../../core/errors.ts';
import type { SessionRecord } from '../../core/ports/jobs.ts';
import type { CallContext } from '../operation.ts';

/** What is kept of a conversation. Throws `not-found`. */
export async function sessionNamed({ store }: CallContext, sessionId: string): Promise<SessionRecord> {
  const session = await store.jobs.session(sessionId);
  if (session !== null) return session;
  throw new AppError('not-found', `there is no conversation ${sessionId} that we know of`, {
    hint: 'one that was begun elsewhere can be gone on with by naming its agent',
  });
}

/** Control characters, and halves of pairs, which cannot be sent anywhere. */
const UNSPEAKABLE = /[\p{Cc}\p{Surrogate}]/u;

/** A conversation belongs to one agent; one that we do not know may have been begun elsewhere (R-AD-077). */
export async function requireOwnSession(
  { store }: CallContext,
  sessionId: string,
  agent: string,
): Promise<void> {
  if (UNSPEAKABLE.test(sessionId)) invalidInput('session_id', 'has characters that no conversation id has');
  const session = await store.jobs.session(sessionId);
  if (session === null || session.agent === agent) return;
  throw new AppError(
    'conflict',
    `session_id '${sessionId}' is a conversation of agent '${session.agent}', not of '${agent}'`,
    { hint: `call agent '${session.agent}' with it, or leave session_id empty` },
  );
}
