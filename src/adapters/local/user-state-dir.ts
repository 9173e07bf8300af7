import { homedir } from 'node:os';
import { join } from 'node:path';

type Environment = Readonly<Record<string, string | undefined>>;

/** The user state directory: what all projects of a user share (the local Temporal above all). */
export function userStateDir(env: Environment): string {
  return join(env.XDG_STATE_HOME ?? join(env.HOME ?? homedir(), '.local', 'state'), 'dispatch');
}
