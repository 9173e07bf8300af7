import { reportHtml } from '../../core/policy/report/html.ts';
import { reportJson } from '../../core/policy/report/json.ts';
import { reportMarkdown } from '../../core/policy/report/markdown.ts';
import { reportSummary } from '../../core/policy/report/report-notice.ts';
import type { Reports } from '../../core/ports/reports.ts';
import { type FactSources, gatherFacts } from './gather-facts.ts';
import { createReportFiles } from './report-files.ts';

const ACTION = 'morning_report';

/** Writes morning reports: facts gathered, told for people and programs, kept as files and noted in the trails (R-PROD-071). */
export function createReports(sources: FactSources): Reports {
  const { board, store, settings } = sources;
  const files = createReportFiles(() => settings().reportsDir);
  return {
    lastAt: files.lastAt,
    async write(date, { channel, actor, page = settings().reportHtml }) {
      const at = Date.now();
      const facts = await gatherFacts(sources, { date, at, previous: files.before(date) });
      const markdown = reportMarkdown(facts);
      const html = reportHtml(facts);
      const written = files.write(date, { markdown, html, json: reportJson(facts) }, { page });
      const { path } = written;
      const detail = { path, date };
      await store.records.appendAudit({ at, channel, actor, action: ACTION, subject: date, detail });
      await board.journal?.note({ action: ACTION, detail });
      return { ...written, date, markdown, html, summary: reportSummary(facts) };
    },
  };
}
