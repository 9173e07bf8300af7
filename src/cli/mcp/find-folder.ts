import { dirname } from 'node:path';
import { findConfig } from '../../adapters/config/find-config.ts';
import { defaultProjectDir } from '../../adapters/local/default-project.ts';
import { knownProjects } from '../../adapters/local/project-registry.ts';
import { AppError } from '../../core/errors.ts';
import type { Cli } from '../cli.ts';

/**
 * The folder of the project that callers join (design 6): the one a flag names, else that of the run we are in, so that
 * an agent's calls fall under its project's governor, else the nearest dispatch.yaml, else the user's default project.
 */
export async function findFolder({ globals, io }: Cli): Promise<string> {
  const { env, cwd } = io;
  if (globals.dir !== undefined) return globals.dir;
  if (globals.default === true) return defaultProjectDir(env);
  const stateDir = env.DISPATCH_STATE_DIR;
  if (stateDir !== undefined && stateDir !== '') {
    return knownProjects(env).find((known) => known.stateDir === stateDir)?.dir ?? dirname(stateDir);
  }
  const name = env.DISPATCH_PROJECT;
  if (name !== undefined && name !== '') return folderOf(name, env);
  const nearest = await findConfig(cwd);
  return nearest === null ? defaultProjectDir(env) : dirname(nearest);
}

function folderOf(name: string, env: Cli['io']['env']): string {
  const known = knownProjects(env).find(({ project }) => project === name);
  if (known !== undefined) return known.dir;
  throw new AppError('invalid-config', `DISPATCH_PROJECT: no project named "${name}" was ever started here`, {
    hint: 'start it once with dispatch up, or unset DISPATCH_PROJECT',
  });
}
