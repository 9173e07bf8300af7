/** `prev_hash` of the first row of a ledger's audit chain (R-PROD-028). */
export const AUDIT_GENESIS_PREV_HASH = '0'.repeat(64);

/** What a row of a ledger's `audit_log` is hashed from. */
export interface UpstreamAuditFacts {
  readonly prevHash: string;
  readonly agentOwner: string;
  readonly taskId: string | null;
  readonly action: string;
  /** JSON text as it stands in the row. */
  readonly detail: string;
  readonly costUsd: number;
  /** `YYYY-MM-DDTHH:MM:SSZ`. */
  readonly timestamp: string;
}

/** A row as the file holds it. */
export interface UpstreamAuditRow extends UpstreamAuditFacts {
  readonly id: number;
  readonly rowHash: string;
}

/** The string whose SHA-256 in hex is the row's hash (R-PROD-028). */
export function upstreamAuditText(row: UpstreamAuditFacts): string {
  const { prevHash, agentOwner, taskId, action, detail, costUsd, timestamp } = row;
  return [prevHash, agentOwner, taskId ?? '', action, detail, sixDecimals(costUsd), timestamp].join('|');
}

/** What is wrong with a row that follows the one of `before`; null = nothing. */
export function upstreamRowProblem(
  row: UpstreamAuditRow,
  before: string,
  sha256: (text: string) => string,
): string | null {
  if (row.prevHash !== before) return 'its prev_hash is not the hash of the row before it';
  return sha256(upstreamAuditText(row)) === row.rowHash ? null : 'its content does not give its row_hash';
}

/** A detail as the chain has it: keys sorted, a blank behind each comma and colon, no escapes beyond JSON's own. */
export function upstreamDetailText(detail: Readonly<Record<string, unknown>>): string {
  return textOf(JSON.parse(JSON.stringify(detail)));
}

function textOf(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(textOf).join(', ')}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  const members = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
  return `{${members.map(([key, member]) => `${JSON.stringify(key)}: ${textOf(member)}`).join(', ')}}`;
}

/**
 * Six decimals, halves to the even digit: what `toFixed` rounds up. Only odd multiples of 1/128 lie exactly between two
 * such numbers.
 */
function sixDecimals(value: number): string {
  const eighths = value * 128;
  if (!Number.isInteger(eighths) || eighths % 2 === 0) return value.toFixed(6);
  const millionths = Math.floor(Math.abs(value) * 1e6);
  const even = millionths % 2 === 0 ? millionths : millionths + 1;
  return `${value < 0 ? '-' : ''}${(even / 1e6).toFixed(6)}`;
}
