import { dirname } from 'node:path';
import { findConfig } from '../../adapters/config/find-config.ts';
import { defaultProjectDir } from '../../adapters/local/default-project.ts';
import type { Cli } from '../cli.ts';
import { namedFolder } from '../run-folder.ts';

/**
 * The folder of the project that callers join (design 6): the one a flag names, else that of the run we are in, so that
 * an agent's calls fall under its project's governor, else the nearest dispatch.yaml, else the user's default project.
 */
export async function findFolder({ globals, io }: Cli): Promise<string> {
  const { env, cwd } = io;
  if (globals.dir !== undefined) return globals.dir;
  if (globals.default === true) return defaultProjectDir(env);
  const named = namedFolder(env);
  if (named !== null) return named;
  const nearest = await findConfig(cwd);
  return nearest === null ? defaultProjectDir(env) : dirname(nearest);
}
