import { existsSync, mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import writeFileAtomic from 'write-file-atomic';
import { userStateDir } from '../../adapters/temporal/server-address.ts';
import { AppError } from '../../core/errors.ts';

type Environment = Readonly<Record<string, string | undefined>>;

/** A project this user has started on the local Temporal. */
export interface KnownProject {
  readonly project: string;
  readonly stateDir: string;
  /** Folder of its configuration. */
  readonly dir: string;
}

const pathOf = (env: Environment): string => join(userStateDir(env), 'projects.json');

/** All of them; a missing or broken file counts as none. */
export function knownProjects(env: Environment): readonly KnownProject[] {
  try {
    const known = JSON.parse(readFileSync(pathOf(env), 'utf8')) as Record<
      string,
      Omit<KnownProject, 'project'>
    >;
    return Object.entries(known).map(([project, { stateDir, dir }]) => ({ project, stateDir, dir }));
  } catch {
    return [];
  }
}

/**
 * Notes where a project lives. Two of one name on one server would share governor and workflow ids, so a second
 * one is `project-elsewhere` for as long as the first one's state is there.
 */
export function registerProject(env: Environment, mine: KnownProject): void {
  const others = knownProjects(env);
  const same = others.find(({ project }) => project === mine.project);
  if (same !== undefined && same.stateDir !== mine.stateDir && existsSync(same.stateDir)) {
    throw new AppError(
      'project-elsewhere',
      `a project named "${mine.project}" lives in ${same.dir} already, on the same Temporal server`,
      {
        hint: `give this one another name: project: ${mine.project}-2`,
        details: { project: mine.project, dir: same.dir, stateDir: same.stateDir },
      },
    );
  }
  if (same?.stateDir === mine.stateDir && same.dir === mine.dir) return;
  const next = [...others.filter(({ project }) => project !== mine.project), mine];
  const content = Object.fromEntries(next.map(({ project, stateDir, dir }) => [project, { stateDir, dir }]));
  mkdirSync(userStateDir(env), { recursive: true, mode: 0o700 });
  writeFileAtomic.sync(pathOf(env), `${JSON.stringify(content, null, 2)}\n`, { mode: 0o600 });
}
