import { mkdir, readdir, rm, stat, symlink } from 'node:fs/promises';
import { join } from 'node:path';

/** A configuration folder of Claude Code for one run. */
export interface ConfigDir {
  readonly path: string;
  remove(): Promise<void>;
}

/** What such a folder holds. */
export interface ConfigDirContent {
  readonly runId: string;
  /** Conversation of the run: its transcript outlives the folder, so that a later run can go on with it. */
  readonly sessionId: string;
  /** File with the user's login; null = the run has a key. */
  readonly credentials: string | null;
}

const OWN = 0o700;
const RUN = /^run-(\d+)-/;
const SESSION_DAYS_MAX = 30;

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
    if (content.credentials !== null) await symlink(content.credentials, join(path, '.credentials.json'));
  } catch (error) {
    await remove();
    throw error;
  }
  return { path, remove };
}

/** Removes the folders of processes that are no more, and transcripts nobody went on with for a month. */
export async function sweepConfigDirs(root: string): Promise<number> {
  let swept = 0;
  for (const name of await namesIn(root)) {
    const pid = Number(RUN.exec(name)?.[1] ?? Number.NaN);
    if (Number.isNaN(pid) || isAlive(pid)) continue;
    await rm(join(root, name), { recursive: true, force: true });
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
