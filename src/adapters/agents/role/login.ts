import { existsSync, readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { parseEnv } from 'node:util';
import { type RoleAuth, resolveAuth } from '../../../core/policy/roles/auth.ts';
import type { AuthMode } from '../../../core/schema/role.ts';

type Environment = Readonly<Record<string, string | undefined>>;

/** What a run of Claude Code has to log in with. */
export interface Login {
  /** Null = none. Goes into the environment of the agent and nowhere else. */
  readonly apiKey: string | null;
  readonly credentialsPath: string;
  readonly hasCredentials: boolean;
}

const KEY = 'ANTHROPIC_API_KEY';
const DOTENV_BYTES_MAX = 1024 * 1024;
/** Other ways to be logged in that come with the environment. */
const OTHER_LOGINS = [
  'ANTHROPIC_AUTH_TOKEN',
  'CLAUDE_CODE_OAUTH_TOKEN',
  'CLAUDE_CODE_USE_BEDROCK',
  'CLAUDE_CODE_USE_VERTEX',
];

/** Looks for a key, in the environment first and then in the project's `.env` (R-PROD-011), and for a login. */
export function findLogin(env: Environment, projectRoot: string): Login {
  const credentialsPath = join(env.HOME || homedir(), '.claude', '.credentials.json');
  return {
    apiKey: env[KEY] || keyOf(join(projectRoot, '.env')),
    credentialsPath,
    hasCredentials: OTHER_LOGINS.some((name) => isSet(env[name])) || existsSync(credentialsPath),
  };
}

/** How a run will be logged in; a text says why it cannot be. */
export function authOf(mode: AuthMode, { apiKey, ...login }: Login): RoleAuth | string {
  return resolveAuth(mode, { ...login, hasApiKey: apiKey !== null });
}

const isSet = (value: string | undefined): boolean => value !== undefined && value !== '';

/** Only the key is taken out of the file; what cannot be read counts as not there. */
function keyOf(file: string): string | null {
  try {
    const text = readFileSync(file, 'utf8');
    return text.length > DOTENV_BYTES_MAX ? null : parseEnv(text)[KEY] || null;
  } catch {
    return null;
  }
}
