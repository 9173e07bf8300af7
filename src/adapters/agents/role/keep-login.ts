import { createHash } from 'node:crypto';
import { closeSync, constants, readFileSync } from 'node:fs';
import { lstat, open, readFile } from 'node:fs/promises';
import { loginId, loginIn, renewalOf } from '../../../core/policy/roles/renewed-login.ts';
import { LOGIN_BYTES_MAX, LOGIN_LOCK_WAIT_MS_MAX } from '../../../core/role-limits.ts';
import { replaceFile } from '../../files/durable-file.ts';
import { fingerprintAt, targetOf } from '../../files/file-fingerprint.ts';
import { takeKernelLock } from '../../local/kernel-lock.ts';

/** What was done with the login of a run's folder. */
export type KeptLogin = 'none' | 'malformed' | 'overtaken' | 'renewed';

export interface KeepLoginConfig {
  /** The run's login. */
  readonly own: string;
  /** The user's login. */
  readonly credentials: string;
  /** Held while the user's file is compared and replaced, so that runs side by side take turns. */
  readonly lockPath: string;
  /** Mark of the user's login when the run began, as {@link markOf} tells it; null = there was none to renew. */
  readonly began: string | null;
}

const OWN_FILE = 0o600;
const TRIES_MAX = 3;

/** Tells one login from another and holds no secret; null = there is no login in the file. */
export async function markOf(path: string): Promise<string | null> {
  const login = loginIn((await readPlain(path).catch(() => null)) ?? '');
  return login === null ? null : mark(loginId(login));
}

/**
 * Takes a login that the CLI renewed during a run over into the user's file, whole or not at all. What others wrote
 * there meanwhile stays (R-PROD-092). Rejects when it belongs there and could not be written.
 */
export async function keepLogin({ own, credentials, lockPath, began }: KeepLoginConfig): Promise<KeptLogin> {
  const run = began === null ? null : await readOwn(own);
  if (run === null) return 'none';
  const login = loginIn(run);
  if (login === null) return 'malformed';
  if (mark(loginId(login)) === began) return 'none';
  const lock = await takeKernelLock(lockPath, LOGIN_LOCK_WAIT_MS_MAX);
  if (lock === null) throw new Error(`${lockPath} is held by another process`);
  try {
    return await takeOver(run, { target: targetOf(credentials), began });
  } finally {
    lock.release();
  }
}

async function takeOver(
  run: string,
  { target, began }: { readonly target: string; readonly began: string | null },
): Promise<KeptLogin> {
  for (let tries = 0; tries < TRIES_MAX; tries += 1) {
    const expected = fingerprintAt(target);
    if (expected === null) return 'overtaken';
    const user = (await readPlain(target)) ?? '';
    const present = loginIn(user);
    const isUntouched = present !== null && mark(loginId(present)) === began;
    const renewal = renewalOf({ run, user, isUntouched });
    if (renewal.kind !== 'renewed') return renewal.kind;
    const replaced = await replaceFile(target, renewal.whole, { expected, mode: OWN_FILE });
    if (replaced.kind === 'replaced') return 'renewed';
    if (replaced.kind === 'changed') continue;
    // Somebody wrote into the file that went away: theirs it is.
    const theirs = readFileSync(replaced.oldFd, 'utf8');
    closeSync(replaced.oldFd);
    if (loginIn(theirs) === null || replaced.fingerprint === null) return 'renewed';
    await replaceFile(target, theirs, { expected: replaced.fingerprint, mode: OWN_FILE });
    return 'overtaken';
  }
  return 'overtaken';
}

/** Null = still the link, or nothing that a CLI writes. */
async function readOwn(path: string): Promise<string | null> {
  const stats = await lstat(path).catch(() => null);
  return stats?.isFile() === true ? readPlain(path, constants.O_NOFOLLOW).catch(() => null) : null;
}

/** A regular file of bounded size. */
async function readPlain(path: string, flags = 0): Promise<string | null> {
  const handle = await open(path, constants.O_RDONLY | constants.O_NONBLOCK | flags);
  try {
    const stats = await handle.stat();
    if (!stats.isFile() || stats.size > LOGIN_BYTES_MAX) return null;
    return await readFile(handle, 'utf8');
  } finally {
    await handle.close();
  }
}

const mark = (id: string): string => createHash('sha256').update(id).digest('hex');
