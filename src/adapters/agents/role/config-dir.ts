import { mkdir, readdir, readFile, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { messageOf } from '../../../core/errors.ts';
import { LOGIN_LOOK_MS } from '../../../core/role-limits.ts';
import { type KeptLogin, keepLogin, markOf } from './keep-login.ts';

/** A configuration folder of Claude Code for one run. */
export interface ConfigDir {
  readonly path: string;
  /** Keeps a login that was renewed in it; when that could not be done, the folder stays for the next worker. */
  remove(): Promise<void>;
}

/** What such a folder holds. */
export interface ConfigDirContent {
  readonly runId: string;
  /** Conversation of the run: its transcript outlives the folder, so that a later run can go on with it. */
  readonly sessionId: string;
  /** File with the user's login; null = the run has a key. */
  readonly credentials: string | null;
  /** Hears what became of a login that the CLI renewed. */
  readonly onLogin?: (kept: LoginNews) => void;
}

/** Null = the CLI renewed nothing. */
export type LoginNews = Exclude<KeptLogin, 'none'> | { readonly error: string };

const OWN = 0o700;
const RUN = /^run-(\d+)-/;
const SESSION_DAYS_MAX = 30;
const CREDENTIALS = '.credentials.json';
/** Tells where the user's login is and which one the folder began with; no secret. */
const MARK = '.dispatch-login';

/**
 * A folder of one run with nothing of the user's in it but the login: no plugins, hooks or servers (R-PROD-089). It is
 * named for this process, which removes it; after a `kill -9` the next worker does.
 */
export async function makeConfigDir(root: string, content: ConfigDirContent): Promise<ConfigDir> {
  const path = join(root, `run-${process.pid}-${content.runId}`);
  await mkdir(path, { recursive: true, mode: OWN });
  const remove = () => rm(path, { recursive: true, force: true, maxRetries: 3 });
  try {
    const transcripts = join(root, 'sessions', content.sessionId);
    await mkdir(transcripts, { recursive: true, mode: OWN });
    await symlink(transcripts, join(path, 'projects'));
    if (content.credentials === null) return { path, remove };
    await writeMark(path, content.credentials);
    await symlink(content.credentials, join(path, CREDENTIALS));
  } catch (error) {
    await remove();
    throw error;
  }
  const watch = watchLogin(path, content.onLogin);
  return {
    path,
    async remove() {
      if (await watch.stop()) await remove();
    },
  };
}

/**
 * Takes a renewed login over while the run goes on, because the old one may be worth nothing from then on, and once
 * more at its end. `stop` answers false when there is one that could not be kept.
 */
function watchLogin(path: string, onLogin: ConfigDirContent['onLogin'] = () => {}) {
  let looking: Promise<boolean> = Promise.resolve(true);
  /** What stands in the way while it runs may be over at its end: only that is told. */
  async function look(isLast: boolean): Promise<boolean> {
    try {
      const kept = await keepFrom(path);
      if (kept === 'renewed' || (isLast && kept !== 'none')) onLogin(kept);
      return true;
    } catch (error) {
      if (isLast) onLogin({ error: messageOf(error) });
      return false;
    }
  }
  const next = (isLast: boolean) => {
    looking = looking.then(() => look(isLast));
    return looking;
  };
  const timer = setInterval(() => void next(false), LOGIN_LOOK_MS);
  timer.unref();
  return {
    stop() {
      clearInterval(timer);
      return next(true);
    },
  };
}

/** From then on the renewed login is the one the folder began with. */
async function keepFrom(path: string): Promise<KeptLogin> {
  const mark = await readFile(join(path, MARK), 'utf8').catch(() => null);
  if (mark === null) return 'none';
  const { credentials, began } = JSON.parse(mark) as Mark;
  const lockPath = join(dirname(dirname(path)), 'login.lock.db');
  const kept = await keepLogin({ own: join(path, CREDENTIALS), credentials, lockPath, began });
  if (kept === 'renewed') await writeMark(path, credentials);
  return kept;
}

interface Mark {
  readonly credentials: string;
  readonly began: string | null;
}

async function writeMark(path: string, credentials: string): Promise<void> {
  const mark: Mark = { credentials, began: await markOf(credentials) };
  await writeFile(join(path, MARK), JSON.stringify(mark), { mode: 0o600 });
}

/**
 * Removes the folders of processes that are no more, keeping logins that were renewed in them, and transcripts nobody
 * went on with for a month.
 */
export async function sweepConfigDirs(root: string): Promise<number> {
  let swept = 0;
  for (const name of await namesIn(root)) {
    const pid = Number(RUN.exec(name)?.[1] ?? Number.NaN);
    if (Number.isNaN(pid) || isAlive(pid)) continue;
    const path = join(root, name);
    // A login that cannot be kept now may be at the next start.
    if ((await keepFrom(path).catch(() => null)) === null) continue;
    await rm(path, { recursive: true, force: true });
    swept += 1;
  }
  const oldest = Date.now() - SESSION_DAYS_MAX * 24 * 3_600_000;
  for (const name of await namesIn(join(root, 'sessions'))) {
    const path = join(root, 'sessions', name);
    const seen = await stat(path).catch(() => null);
    if (seen !== null && seen.mtimeMs < oldest) await rm(path, { recursive: true, force: true });
  }
  return swept;
}

const namesIn = (folder: string): Promise<readonly string[]> => readdir(folder).catch(() => []);

/** Its own folders are of runs that still go on. */
function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
