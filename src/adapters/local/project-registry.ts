import { existsSync, mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import writeFileAtomic from 'write-file-atomic';
import { AppError } from '../../core/errors.ts';
import { userStateDir } from './user-state-dir.ts';

type Environment = Readonly<Record<string, string | undefined>>;

/** A project this user has started. */
export interface KnownProject {
  readonly project: string;
  readonly stateDir: string;
  /** Folder of its configuration. */
  readonly dir: string;
  /** Address of its Temporal server; `local` = the one of this user. */
  readonly server: string;
}

const pathOf = (env: Environment): string => join(userStateDir(env), 'projects.json');

/** All of them; a missing or broken file counts as none. */
export function knownProjects(env: Environment): readonly KnownProject[] {
  try {
    return JSON.parse(readFileSync(pathOf(env), 'utf8')) as KnownProject[];
  } catch {
    return [];
  }
}

/**
 * Notes where a project lives. Two of one name on one server would share governor and workflow ids, so a second
 * one is `project-elsewhere` for as long as the first one's state is there.
 */
export function registerProject(env: Environment, mine: KnownProject): void {
  const known = knownProjects(env);
  const isSame = (other: KnownProject) => other.project === mine.project && other.server === mine.server;
  const first = known.find(isSame);
  if (first !== undefined && first.stateDir !== mine.stateDir && existsSync(first.stateDir)) {
    throw new AppError(
      'project-elsewhere',
      `a project named "${mine.project}" lives in ${first.dir} already, on the same Temporal server`,
      {
        hint: `give this one another name, in dispatch.yaml or with: dispatch up --project ${mine.project}-2`,
        details: { ...first },
      },
    );
  }
  if (first?.stateDir === mine.stateDir && first.dir === mine.dir) return;
  mkdirSync(userStateDir(env), { recursive: true, mode: 0o700 });
  const next = [...known.filter((other) => !isSame(other)), mine];
  writeFileAtomic.sync(pathOf(env), `${JSON.stringify(next, null, 2)}\n`, { mode: 0o600 });
}
