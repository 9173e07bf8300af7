const REDACTED = '[redacted]';
/** Shorter values of the environment would blank out ordinary words. */
const SECRET_LENGTH_MIN = 8;

const SECRET_NAME = /(?:TOKEN|SECRET|PASSWORD|PASSWD|API_?KEY|PRIVATE_KEY|CREDENTIALS?)(?:_|$)/i;

const PATTERNS: readonly (readonly [RegExp, string])[] = [
  [/-----BEGIN [A-Z ]*PRIVATE KEY-----[\s\S]*?(?:-----END [A-Z ]*PRIVATE KEY-----|$)/g, REDACTED],
  [/\b(?:sk|pk|rk|tk|gh[opsu]|github_pat|glpat|xox[abprs])[-_][A-Za-z0-9_-]{12,}/g, REDACTED],
  [/\b(?:AKIA|ASIA|AIza|ya29\.)[A-Za-z0-9_-]{12,}/g, REDACTED],
  [/\beyJ[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]*/g, REDACTED],
  [/(:\/\/)[^\s/@:]+:[^\s/@]+@/g, `$1${REDACTED}@`],
  [/\b(Bearer|Basic)\s+[A-Za-z0-9._~+/=-]{8,}/gi, `$1 ${REDACTED}`],
  [
    /\b([\w-]*(?:password|passwd|secret|token|api[_-]?key))(["']?\s*[:=]\s*["']?)[^\s"',;]{4,}/gi,
    `$1$2${REDACTED}`,
  ],
];

/** Values of the environment that are secrets by their names. */
export function secretsOf(env: Readonly<Record<string, string | undefined>>): readonly string[] {
  return Object.entries(env).flatMap(([name, value]) =>
    value !== undefined && value.length >= SECRET_LENGTH_MIN && SECRET_NAME.test(name) ? [value] : [],
  );
}

/** A text without what looks like a secret or is a known one: it goes to other people's servers (R-PROD-079). */
export function redact(text: string, secrets: readonly string[]): string {
  const known = secrets.reduce((left, secret) => left.replaceAll(secret, REDACTED), text);
  return PATTERNS.reduce((left, [pattern, by]) => left.replace(pattern, by), known);
}
