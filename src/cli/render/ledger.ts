import type { LedgerReport } from '../../adapters/boards/ledger/inspect-ledger.ts';
import { neutralise } from '../neutralise.ts';

/** What a look into a ledger file gave, line by line. */
export function renderLedgerReport(
  report: LedgerReport,
  { to, imported }: { readonly to: string; readonly imported: boolean },
): string {
  const tasks = Object.entries(report.tasks).map(([status, count]) => `${count} ${status}`);
  const lines = [
    `Ledger ${report.path}`,
    `  tasks:  ${tasks.join(', ') || 'none'}`,
    `  roles:  ${report.roles.join(', ') || 'none'}`,
    report.chain === null
      ? `  audit:  ${report.auditRows} rows, the chain holds`
      : `  audit:  ${report.auditRows} rows, the chain does not hold at row ${report.chain.id}: ${report.chain.problem}`,
    `  added:  ${report.added.join(', ') || 'nothing'}`,
    ...report.notes.map((note) => `  note:   ${note}`),
    endText(report, { to, imported }),
  ];
  return neutralise(lines.join('\n'));
}

function endText({ chain, path }: LedgerReport, { to, imported }: { to: string; imported: boolean }): string {
  if (imported) return path === to ? 'Taken over.' : `Copied to ${to} and taken over.`;
  if (chain === null) return 'Nothing was changed.';
  return 'Nothing was changed; go on all the same with --accept-broken-chain.';
}
