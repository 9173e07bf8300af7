/** What the first row of a chain has for the hash of its predecessor. */
export const GENESIS_HASH = '0'.repeat(64);

/** Tells one way to make the text from another, should there ever be a second. */
const FORMAT = 'dispatch-audit-1';

/** What a row says; every field is covered by its hash. */
export interface AuditFacts {
  readonly project: string;
  readonly seq: number;
  /** Epoch milliseconds. */
  readonly at: number;
  readonly channel: string;
  readonly actor: string;
  readonly action: string;
  readonly subject: string;
  /** JSON text, as stored. */
  readonly detail: string;
}

/** The last row of a chain, kept apart from the rows: without it a cut tail would leave no trace. */
export interface ChainHead {
  /** Number of the first row that is protected. */
  readonly firstSeq: number;
  readonly seq: number;
  readonly hash: string;
}

/** SHA-256 of a text, as 64 hexadecimal digits. */
export type Sha256 = (text: string) => string;

/**
 * The text whose hash a row carries (R-PROD-028): a JSON list, so that no two different rows can give the same text,
 * wherever their fields begin and end.
 */
export const auditText = (row: AuditFacts, prevHash: string): string =>
  JSON.stringify([
    ...[FORMAT, prevHash, row.project, row.seq, row.at],
    ...[row.channel, row.actor, row.action, row.subject, row.detail],
  ]);
