import { AUDIT_PAGE_MAX } from '../../limits.ts';
import type { Records } from '../../ports/store.ts';
import type { Sha256 } from './chain.ts';
import { type ChainReport, createChainCheck } from './check-chain.ts';

/** What a running process checks its own trail with. */
export interface TrailCheck {
  readonly records: Pick<Records, 'auditHead' | 'readAuditChain'>;
  readonly sha256: Sha256;
  /** Anchored hashes by number of row. */
  readonly anchors: ReadonlyMap<number, string>;
  /** Lets everybody else have their turn. */
  pause(): Promise<unknown>;
}

/** Checks the trail page by page, up to the line that was the last one at the beginning (R-PROD-028). */
export async function checkTrail({ records, sha256, anchors, pause }: TrailCheck): Promise<ChainReport> {
  const head = await records.auditHead();
  const chain = createChainCheck({ sha256, head, anchors });
  for (let seq = 0; ; ) {
    const page = await records.readAuditChain({ seq, limit: AUDIT_PAGE_MAX });
    const known = head === null ? page : page.filter((row) => row.seq <= head.seq);
    if (!known.every((row) => chain.take(row)) || known.length < AUDIT_PAGE_MAX) return chain.report();
    seq = known.at(-1)?.seq ?? seq;
    await pause();
  }
}
