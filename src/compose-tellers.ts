import { createMarkdownEscalations } from './adapters/escalations/markdown-escalations.ts';
import { createNotices, type WatchedNotices } from './adapters/notify/notices.ts';
import type { FactSources } from './adapters/report/gather-facts.ts';
import { createReports } from './adapters/report/reports.ts';
import type { Project } from './compose.ts';
import { openPrices } from './compose-prices.ts';
import { secretsOf } from './core/policy/notices/redact.ts';
import type { Escalations } from './core/ports/escalations.ts';
import type { Reports } from './core/ports/reports.ts';

type Parts = Omit<FactSources, 'prices'> & Pick<Project, 'env' | 'log'>;

/** What tells people: notices, whose texts are rid of this environment's secrets, and reports. */
export function openTellers(parts: Parts): {
  readonly notices: WatchedNotices;
  readonly reports: Reports;
  readonly escalations: Escalations;
} {
  const { store, env, log } = parts;
  return {
    notices: createNotices({ box: store.notices, log, secrets: secretsOf(env) }),
    reports: createReports({ ...parts, prices: openPrices(parts) }),
    escalations: createMarkdownEscalations(() => parts.settings().escalationsDir ?? null),
  };
}
