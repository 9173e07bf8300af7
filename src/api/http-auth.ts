import { createHash, timingSafeEqual } from 'node:crypto';
import { AppError } from '../core/errors.ts';
import type { Settings } from '../core/schema/settings.ts';
import type { Identity } from './identity.ts';
import type { RunTokens } from './run-tokens.ts';

/** Answers who sends an `Authorization` header, or throws 401; at once where nothing has to be looked up. */
export type Authenticate = (authorization: string | undefined) => Identity | Promise<Identity>;

const LOOPBACK = new Set(['127.0.0.1', '::1', '[::1]', 'localhost']);

/** Must a caller show a token? Always beyond loopback, by choice on it (R-ART-078, R-SYS-029). */
export function tokensRequired(api: Pick<Settings['api'], 'host' | 'requireTokens'>): boolean {
  return api.requireTokens || !LOOPBACK.has(api.host);
}

const OPEN: Identity = { actor: 'local', boundTaskId: null, callingRun: null };
const OWNER: Identity = { actor: 'token', boundTaskId: null, callingRun: null };

/** Everybody is let in on loopback; elsewhere the project's token, or a run's own. */
export function createAuthenticate(
  api: Settings['api'],
  token: string | null,
  runTokens: RunTokens,
): Authenticate {
  if (!tokensRequired(api)) return () => OPEN;
  if (token === null || token === '') {
    throw new AppError('invalid-config', `the API needs a token to listen on ${api.host}`, {
      hint: `set the environment variable ${api.tokenEnv}, or listen on 127.0.0.1 without require_tokens`,
    });
  }
  const expected = digest(token);
  return async (authorization) => {
    const given = /^Bearer +(\S+) *$/i.exec(authorization ?? '')?.[1];
    if (given === undefined) {
      throw new AppError('unauthorized', 'this API needs a bearer token', {
        hint: `send "Authorization: Bearer $${api.tokenEnv}"`,
      });
    }
    if (timingSafeEqual(digest(given), expected)) return OWNER;
    const run = await runTokens.verify(given);
    if (run === null) throw new AppError('unauthorized', 'this token is not valid, or not any more');
    const { runId, subject, taskId } = run;
    return { actor: `run:${runId}`, boundTaskId: subject, callingRun: { runId, taskId } };
  };
}

/** Digests have one length, so comparing them tells nothing about the token. */
const digest = (text: string): Buffer => createHash('sha256').update(text).digest();
