import type { FileReport, NamedReport } from '../../adapters/audit/verify-file.ts';
import { oneLine } from '../neutralise.ts';
import type { Output } from '../output.ts';

type Out = Pick<Output, 'style'>;

/** What verifying files gave, a line for each chain. */
export const renderReports = (reports: readonly FileReport[], out: Out): string =>
  reports
    .flatMap(({ file, chains }) =>
      chains.length === 0
        ? [`${oneLine(file)}: no line yet`]
        : chains.map((chain) => lineOf(file, chain, out)),
    )
    .join('\n');

function lineOf(file: string, chain: NamedReport, { style }: Out): string {
  const { project, rows, unprotected, anchored, lastSeq, lastHash, fault } = chain;
  const name = oneLine(project === null ? file : `${file}, project ${project}`);
  if (fault !== null)
    return `${style.bad('BAD')} ${name}: row ${fault.seq}: ${fault.problem} (${rows} rows before it are good)`;
  const facts = [
    `${rows} rows`,
    ...(unprotected === 0 ? [] : [`${unprotected} of them from before the chain and unprotected`]),
    ...(anchored === 0 ? [] : [`${anchored} anchored`]),
    ...(lastSeq === 0 ? [] : [`last ${lastSeq} ${lastHash}`]),
  ];
  return `${style.good('ok')} ${name}: ${facts.join(', ')}`;
}
