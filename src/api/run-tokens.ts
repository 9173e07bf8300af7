import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto';
import { link, readFile, unlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { AppError } from '../core/errors.ts';
import type { RunId, TaskId } from '../core/ids.ts';
import type { Store } from '../core/ports/store.ts';

/** The run a token was made for. */
export interface TokenRun {
  readonly runId: RunId;
  /** The task it works on; without one the dispatch it is the run of. */
  readonly subject: string;
}

/** A run that shows its token. */
export interface KnownRun extends TokenRun {
  readonly taskId: TaskId | null;
}

/** Short-lived tokens that let an agent act on its own task only (R-SYS-029). */
export interface RunTokens {
  issue(run: TokenRun): Promise<string>;
  /** Null: forged, or the run is over. */
  verify(token: string): Promise<KnownRun | null>;
}

/** Where the secret lies and who knows whether a run still runs. */
export interface RunTokensConfig {
  readonly stateDir: string;
  readonly store: Store;
}

const PREFIX = 'run';
const SECRET_BYTES = 32;
const SECRET_FILE = 'run-token.key';

/** Tokens signed with the project's secret; nothing is stored, so every process of the project knows them. */
export function createRunTokens({ stateDir, store }: RunTokensConfig): RunTokens {
  let secret: Promise<Buffer> | null = null;
  const sign = async (body: string): Promise<Buffer> => {
    secret ??= readSecret(join(stateDir, SECRET_FILE));
    return createHmac('sha256', await secret)
      .update(body)
      .digest();
  };

  return {
    async issue({ runId, subject }) {
      const body = `${PREFIX}.${encode(runId)}.${encode(subject)}`;
      return `${body}.${(await sign(body)).toString('base64url')}`;
    },
    async verify(token) {
      const [prefix, runPart, subjectPart, macPart, ...rest] = token.split('.');
      if (prefix !== PREFIX || !runPart || !subjectPart || !macPart || rest.length > 0) return null;
      const mac = Buffer.from(macPart, 'base64url');
      const expected = await sign(`${prefix}.${runPart}.${subjectPart}`);
      if (mac.length !== expected.length || !timingSafeEqual(mac, expected)) return null;
      const claimed = { runId: decode(runPart), subject: decode(subjectPart) };
      const run = await store.projection.getRun(claimed.runId);
      if (run?.status !== 'running' || (run.taskId ?? run.jobId) !== claimed.subject) return null;
      return { ...claimed, taskId: run.taskId };
    },
  };
}

const encode = (text: string): string => Buffer.from(text).toString('base64url');
const decode = (text: string): string => Buffer.from(text, 'base64url').toString();

/** The secret is made by whoever needs it first; linked complete, so nobody ever reads half of it. */
async function readSecret(path: string): Promise<Buffer> {
  const draft = `${path}.${randomBytes(6).toString('hex')}`;
  await writeFile(draft, randomBytes(SECRET_BYTES), { mode: 0o600, flag: 'wx', flush: true });
  try {
    await link(draft, path);
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'EEXIST')) throw error;
  } finally {
    await unlink(draft);
  }
  const secret = await readFile(path);
  if (secret.length === SECRET_BYTES) return secret;
  throw new AppError('invalid-config', `${path} is not a key of ${SECRET_BYTES} bytes`, {
    hint: 'delete it to have a new one made',
  });
}
