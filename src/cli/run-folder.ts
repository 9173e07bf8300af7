import { dirname } from 'node:path';
import { knownProjects } from '../adapters/local/project-registry.ts';
import { AppError } from '../core/errors.ts';
import type { Cli } from './cli.ts';

/** The folder of the project that the environment names, as it does in every run of an agent; null = it names none. */
export function namedFolder(env: Cli['io']['env']): string | null {
  const { DISPATCH_STATE_DIR: stateDir = '', DISPATCH_PROJECT: name = '' } = env;
  if (stateDir !== '') {
    return knownProjects(env).find((known) => known.stateDir === stateDir)?.dir ?? dirname(stateDir);
  }
  if (name === '') return null;
  const known = knownProjects(env).find(({ project }) => project === name);
  if (known !== undefined) return known.dir;
  throw new AppError('invalid-config', `DISPATCH_PROJECT: no project named "${name}" was ever started here`, {
    hint: 'start it once with dispatch up, or unset DISPATCH_PROJECT',
  });
}

/** Inside a run an agent's calls fall under its project's governor, from whichever folder they are made (R-SYS-022). */
export function runFolder(env: Cli['io']['env']): string | null {
  return (env.DISPATCH_RUN_ID ?? '') === '' ? null : namedFolder(env);
}
