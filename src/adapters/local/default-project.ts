import { join } from 'node:path';
import { userStateDir } from './user-state-dir.ts';

/** The project of callers that stand in none: agents and a board, no routes. */
export const DEFAULT_PROJECT = 'default';

/** Its folder, which is a project even without a file; one that is put there counts like any other. */
export function defaultProjectDir(env: Readonly<Record<string, string | undefined>>): string {
  return join(userStateDir(env), DEFAULT_PROJECT);
}
