import { stat } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { AppError } from '../../core/errors.ts';
import { PRODUCER_FILE_NAMES } from './producer/names.ts';

/** Names of our own configuration. */
const OWN_FILE_NAMES = ['dispatch.yaml', 'dispatch.yml', 'dispatch.json'] as const;

/** Names a project's configuration may have, first wins nothing: two of them in one folder are a conflict. */
export const CONFIG_FILE_NAMES = [...OWN_FILE_NAMES, ...PRODUCER_FILE_NAMES] as const;

async function isFile(path: string): Promise<boolean> {
  try {
    return (await stat(path)).isFile();
  } catch {
    return false;
  }
}

/** The configuration file in this very folder, or null; two of them are an error. */
export async function configIn(
  folder: string,
  names: readonly string[] = CONFIG_FILE_NAMES,
): Promise<string | null> {
  const found: string[] = [];
  for (const name of names) {
    if (await isFile(join(folder, name))) found.push(name);
  }
  if (found.length > 1) {
    throw new AppError('invalid-config', `${folder} has ${found.join(' and ')}: keep one of them`);
  }
  return found[0] === undefined ? null : join(folder, found[0]);
}

/** The nearest configuration file in this folder or one above it, or null. */
export async function findConfig(folder: string): Promise<string | null> {
  let current = resolve(folder);
  for (;;) {
    const found = await configIn(current);
    if (found !== null) return found;
    const parent = dirname(current);
    if (parent === current) return null;
    current = parent;
  }
}

/** The user's own file below a project's: `$XDG_CONFIG_HOME/dispatch/dispatch.yaml` or the platform's folder. */
export async function findUserConfig(
  env: Readonly<Record<string, string | undefined>>,
): Promise<string | null> {
  const folder = userConfigFolder(env);
  return folder === null ? null : configIn(folder, OWN_FILE_NAMES);
}

/** The user's configuration folder by the rules of the platform; null when there is no home. */
export function userConfigFolder(
  env: Readonly<Record<string, string | undefined>>,
  platform: NodeJS.Platform = process.platform,
): string | null {
  if (platform === 'win32') return env.APPDATA ? join(env.APPDATA, 'dispatch', 'Config') : null;
  if (platform === 'darwin') return env.HOME ? join(env.HOME, 'Library', 'Preferences', 'dispatch') : null;
  if (env.XDG_CONFIG_HOME) return join(env.XDG_CONFIG_HOME, 'dispatch');
  return env.HOME ? join(env.HOME, '.config', 'dispatch') : null;
}
