import type { NewNotice } from '../../ports/notices.ts';
import type { WrittenReport } from '../../ports/reports.ts';
import { foundAnomalies } from './anomalies.ts';
import type { ReportFacts } from './facts.ts';
import { usd } from './usd.ts';

/** The figures of a report in a line; nothing that an agent wrote is in it (R-PROD-075, R-PROD-079). */
export function reportSummary(facts: ReportFacts): string {
  const { shipped, signOff, questions, failed, spentMicroUsd, caps } = facts;
  const waiting = signOff.count + questions.length + failed.length;
  const odd = foundAnomalies(facts).length;
  const ceiling = caps.ceilingMicroUsd === null ? '' : ` of ${usd(caps.ceilingMicroUsd)}`;
  return [
    `${shipped.count} shipped`,
    waiting === 0 ? 'nothing waits for you' : `${waiting} wait${waiting === 1 ? 's' : ''} for you`,
    `${usd(spentMicroUsd)}${ceiling} spent`,
    `${odd === 0 ? 'no anomalies' : `${odd} ${odd === 1 ? 'anomaly' : 'anomalies'}`}.`,
  ].join('; ');
}

/** What people are told of a report that was written: its figures and where it is. */
export const reportNotice = ({
  date,
  path,
  htmlPath,
  summary,
}: Pick<WrittenReport, 'date' | 'path' | 'htmlPath' | 'summary'>): NewNotice => ({
  ...{ kind: 'report', key: 'report', subject: `Morning report ${date}` },
  body: `${summary}\n${htmlPath ?? path}`,
});
