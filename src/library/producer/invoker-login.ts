import { mkdir, symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { type ConfigDir, makeConfigDir, sweepConfigDirs } from '../../adapters/agents/role/config-dir.ts';
import { authOf, findLogin, type Login } from '../../adapters/agents/role/login.ts';
import { userStateDir } from '../../adapters/local/user-state-dir.ts';
import { AppError } from '../../core/errors.ts';
import type { RoleAuth } from '../../core/policy/roles/auth.ts';
import { AUTH_MODES, type AuthMode } from '../../core/schema/role.ts';

type Environment = Readonly<Record<string, string | undefined>>;

/** How an invoker is logged in. */
export interface InvokerLogin {
  readonly login: Login;
  readonly auth: RoleAuth;
  /** As asked for: `auto` decides anew wherever it is read. */
  readonly mode: AuthMode;
}

/** `PRODUCER_AUTH_MODE` wins over what code says (R-PROD-090); throws `invalid-config` with what would help. */
export function invokerLogin(env: Environment, cwd: string, wanted: string): InvokerLogin {
  const mode = modeOf(
    env.PRODUCER_AUTH_MODE || wanted,
    env.PRODUCER_AUTH_MODE ? 'PRODUCER_AUTH_MODE' : 'auth.mode',
  );
  const login = findLogin(env, cwd);
  const auth = authOf(mode, login);
  if (typeof auth === 'string') throw new AppError('invalid-config', auth);
  return { login, auth, mode };
}

function modeOf(mode: string, source: string): AuthMode {
  const known = AUTH_MODES.find((one) => one === mode);
  if (known !== undefined) return known;
  const all = AUTH_MODES.map((one) => `'${one}'`).join(', ');
  throw new AppError('invalid-config', `${source} must be one of [${all}]; got '${mode}'`);
}

/** A configuration folder with nothing of the user's but the login; the caller's own one stays (R-PROD-089). */
export async function isolatedDir(
  env: Environment,
  own: string | null,
  { runId, sessionId, login }: { readonly runId: string; readonly sessionId: string; readonly login: Login },
): Promise<ConfigDir> {
  const credentials = login.apiKey === null && login.hasCredentials ? login.credentialsPath : null;
  if (own === null) {
    const root = join(userStateDir(env), 'roles', 'invoker');
    await sweepConfigDirs(root);
    return makeConfigDir(root, { runId, sessionId, credentials });
  }
  await mkdir(own, { recursive: true, mode: 0o700 });
  if (credentials !== null) await symlink(credentials, join(own, '.credentials.json')).catch(unlessThere);
  return { path: own, remove: async () => undefined };
}

function unlessThere(error: NodeJS.ErrnoException): void {
  if (error.code !== 'EEXIST') throw error;
}
