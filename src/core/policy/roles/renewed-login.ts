/** The part of a credentials file of Claude Code that it renews by itself. */
export interface RenewableLogin {
  readonly accessToken: string;
  readonly refreshToken: string;
  /** Epoch milliseconds. */
  readonly expiresAt: number;
}

/** What becomes of a login that a run has in its folder; `whole` = the user's file with it in place. */
export type Renewal =
  | { readonly kind: 'none' | 'malformed' | 'overtaken' }
  | { readonly kind: 'renewed'; readonly whole: string };

const LOGIN_KEY = 'claudeAiOauth';

/** The login in the text of a credentials file; null = there is none that could be used. */
export function loginIn(text: string): RenewableLogin | null {
  const login = objectIn(text)?.[LOGIN_KEY] as
    | Partial<Record<keyof RenewableLogin, unknown>>
    | null
    | undefined;
  if (typeof login !== 'object' || login === null) return null;
  const { accessToken, refreshToken, expiresAt } = login;
  const isWhole = isToken(accessToken) && isToken(refreshToken) && Number.isFinite(expiresAt);
  return isWhole ? { accessToken, refreshToken, expiresAt: Number(expiresAt) } : null;
}

/** What lies on both sides when a run is over. */
export interface LoginSides {
  /** Credentials file of the run's folder. */
  readonly run: string;
  /** The user's. */
  readonly user: string;
  /** Is the user's login still the one the run began with? */
  readonly isUntouched: boolean;
}

/**
 * Whether the login of a run's folder belongs into the user's file: only a newer one, whole, and only while nobody
 * else renewed the user's; only the login goes over, all else stays as it is (R-PROD-092).
 */
export function renewalOf({ run, user, isUntouched }: LoginSides): Renewal {
  const renewed = loginIn(run);
  if (renewed === null) return { kind: 'malformed' };
  const present = loginIn(user);
  if (present !== null && loginId(renewed) === loginId(present)) return { kind: 'none' };
  if (present === null || !isUntouched) return { kind: 'overtaken' };
  if (renewed.expiresAt <= present.expiresAt) return { kind: 'none' };
  const whole = { ...objectIn(user), [LOGIN_KEY]: objectIn(run)?.[LOGIN_KEY] };
  return { kind: 'renewed', whole: JSON.stringify(whole) };
}

/** What tells one login from another. */
export const loginId = ({ accessToken, refreshToken, expiresAt }: RenewableLogin): string =>
  JSON.stringify([accessToken, refreshToken, expiresAt]);

const isToken = (value: unknown): value is string => typeof value === 'string' && value !== '';

function objectIn(text: string): Readonly<Record<string, unknown>> | null {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null && !Array.isArray(value)
      ? (value as Readonly<Record<string, unknown>>)
      : null;
  } catch {
    return null;
  }
}
