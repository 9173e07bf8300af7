import { type AuditFacts, auditText, type ChainHead, GENESIS_HASH, type Sha256 } from './chain.ts';

/** A row as it stands in the file; one written before there was a chain has no hashes. */
export interface ChainRow extends AuditFacts {
  readonly prevHash: string | null;
  readonly hash: string | null;
}

/** The first place at which a chain is not what it says it is. */
export interface ChainFault {
  readonly seq: number;
  readonly problem: string;
}

/** What a chain turned out to be. */
export interface ChainReport {
  readonly rows: number;
  /** Rows from before the chain: nothing tells whether they were changed. */
  readonly unprotected: number;
  readonly lastSeq: number;
  readonly lastHash: string;
  /** Anchored rows that were found as they were anchored. */
  readonly anchored: number;
  readonly fault: ChainFault | null;
}

/** A chain is checked with what was kept apart from its rows. */
export interface ChainKeys {
  readonly sha256: Sha256;
  /** Null: none is kept, as in a file from before there were chains. */
  readonly head: ChainHead | null;
  /** Hashes of rows by number, as they were written down where nobody here can change them. */
  readonly anchors: ReadonlyMap<number, string>;
}

/**
 * Checks a project's rows in their order, one by one, in bounded memory; stops at the first fault. A change, a row put
 * in, taken out or exchanged, and a cut tail are found (R-PROD-028); a chain made anew as a whole only by its anchors.
 */
export function createChainCheck({ sha256, head, anchors }: ChainKeys) {
  let last = { seq: 0, hash: GENESIS_HASH };
  let rows = 0;
  let unprotected = 0;
  let anchored = 0;
  let fault: ChainFault | null = null;

  function problemOf(row: ChainRow): string | null {
    if (row.hash === null || row.prevHash === null) {
      const isBefore = head === null ? unprotected === rows : row.seq < head.firstSeq;
      return isBefore ? null : 'it has no hash although rows before it have';
    }
    if (head === null) return 'the chain has no head: its entry in audit_heads is gone';
    if (row.seq < head.firstSeq) return `it has a hash although the chain begins with row ${head.firstSeq}`;
    if (row.prevHash !== last.hash) return `it does not follow the row before it (${last.seq || 'none'})`;
    if (sha256(auditText(row, row.prevHash)) !== row.hash) return 'it was changed: its hash is another one';
    return anchorProblem(row.seq, row.hash);
  }
  function anchorProblem(seq: number, hash: string): string | null {
    const anchor = anchors.get(seq);
    if (anchor === undefined) return null;
    if (anchor !== hash) return `it is not the row that was anchored (${anchor.slice(0, 12)}…)`;
    anchored += 1;
    return null;
  }

  return {
    /** False: a fault was found, the rest need not be read. */
    take(row: ChainRow): boolean {
      if (fault !== null) return false;
      const expected = last.seq + 1;
      const problem = placeProblem(row.seq, expected) ?? problemOf(row);
      if (problem !== null) {
        fault = { seq: Math.min(row.seq, expected), problem };
        return false;
      }
      rows += 1;
      if (row.hash === null) unprotected += 1;
      last = { seq: row.seq, hash: row.hash ?? GENESIS_HASH };
      return true;
    },
    /** To be asked after the last row. */
    report: (): ChainReport => ({
      ...{ rows, unprotected, anchored },
      lastSeq: last.seq,
      lastHash: last.hash,
      fault: fault ?? endFault(last, { head, anchors }),
    }),
  };
}

/** Rows are numbered without gaps. */
function placeProblem(seq: number, expected: number): string | null {
  if (seq === expected) return null;
  if (seq < expected) return 'it is there more than once';
  return missingText(expected, seq - 1);
}

/** What is missing behind the last row, or does not fit it. */
function endFault(
  last: { readonly seq: number; readonly hash: string },
  { head, anchors }: Omit<ChainKeys, 'sha256'>,
): ChainFault | null {
  const next = last.seq + 1;
  const known = [...anchors.keys()].reduce((most, seq) => Math.max(most, seq), head?.seq ?? 0);
  if (known > last.seq) return { seq: next, problem: cutText(next, known) };
  if (head === null) return null;
  if (head.seq < last.seq)
    return { seq: head.seq + 1, problem: `the head names ${head.seq} as the last row` };
  if (head.hash !== last.hash) return { seq: last.seq, problem: 'the head has another hash for it' };
  return null;
}

const missingText = (first: number, last: number): string =>
  first === last ? `row ${first} is missing` : `rows ${first} to ${last} are missing`;

/** Said of rows behind the last one there is. */
export const cutText = (first: number, last: number): string =>
  `${missingText(first, last)}: the end was cut off`;
