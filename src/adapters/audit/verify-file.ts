import { hash } from 'node:crypto';
import { AUDIT_GENESIS_PREV_HASH, upstreamRowProblem } from '../../core/policy/audit/chain-upstream.ts';
import { type ChainReport, createChainCheck, cutText } from '../../core/policy/audit/check-chain.ts';
import { type LedgerFile, openAuditFile, type RecordsFile } from './audit-file.ts';
import type { Anchors } from './read-anchors.ts';

/** What a chain of a file turned out to be; `project` is null for a ledger. */
export type NamedReport = ChainReport & { readonly project: string | null };

export interface FileReport {
  readonly file: string;
  readonly kind: 'records' | 'ledger';
  readonly chains: readonly NamedReport[];
}

const sha256 = (text: string): string => hash('sha256', text);
const NO_ANCHORS: ReadonlyMap<number, string> = new Map();

/** Looks through every chain of a file, from the file alone and in bounded memory (R-PROD-028). */
export function verifyFile(path: string, anchors: Anchors): FileReport {
  const file = openAuditFile(path);
  try {
    const chains = file.kind === 'records' ? recordsReports(file, anchors) : [ledgerReport(file)];
    return { file: path, kind: file.kind, chains };
  } finally {
    file.close();
  }
}

/** A project that has anchors and no rows has lost them all. */
function recordsReports(file: RecordsFile, anchors: Anchors): readonly NamedReport[] {
  const projects = new Set([...file.projects, ...anchors.keys()]);
  return [...projects].sort().map((project) => {
    const check = createChainCheck({
      sha256,
      head: file.head(project),
      anchors: anchors.get(project) ?? NO_ANCHORS,
    });
    for (const row of file.rows(project)) if (!check.take(row)) break;
    return { ...check.report(), project };
  });
}

function ledgerReport(file: LedgerFile): NamedReport {
  let rows = 0;
  let last = { id: 0, hash: AUDIT_GENESIS_PREV_HASH };
  const report = (fault: ChainReport['fault']) => ({
    ...{ project: null, rows, unprotected: 0, anchored: 0, fault },
    ...{ lastSeq: last.id, lastHash: last.hash },
  });
  for (const row of file.rows()) {
    const problem = upstreamRowProblem(row, last.hash, sha256);
    if (problem !== null) return report({ seq: row.id, problem });
    last = { id: row.id, hash: row.rowHash };
    rows += 1;
  }
  if (file.highest <= last.id) return report(null);
  const next = last.id + 1;
  return report({ seq: next, problem: cutText(next, file.highest) });
}
