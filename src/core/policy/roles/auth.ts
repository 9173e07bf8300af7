import type { AuthMode } from '../../schema/role.ts';

/** What a run of Claude Code is logged in with, and whose configuration it has (R-PROD-088…091). */
export interface RoleAuth {
  readonly authMode: 'api' | 'subscription';
  readonly isolation: 'isolated' | 'inherit';
  /** `auto` found nothing that it could isolate. */
  readonly fellBack: boolean;
}

/** What there is to log in with. */
export interface Logins {
  readonly hasApiKey: boolean;
  readonly hasCredentials: boolean;
  /** Where credentials would be. */
  readonly credentialsPath: string;
}

/** Decides for one run; a text says why it cannot be as configured, and what would help. */
export function resolveAuth(mode: AuthMode, logins: Logins): RoleAuth | string {
  const { hasApiKey, hasCredentials, credentialsPath } = logins;
  const authMode = hasApiKey ? 'api' : 'subscription';
  const known = hasApiKey || hasCredentials;
  if (mode === 'inherit') return { authMode, isolation: 'inherit', fellBack: false };
  if (known) return { authMode, isolation: 'isolated', fellBack: false };
  if (mode === 'auto') return { authMode, isolation: 'inherit', fellBack: true };
  return `auth.mode is isolated, but there is no ANTHROPIC_API_KEY and no ${credentialsPath}: set the key in the environment or in .env, log in with \`claude\`, or set auth.mode to inherit`;
}
