import { createMarkdownEscalations } from './adapters/escalations/markdown-escalations.ts';
import { createNotices, type WatchedNotices } from './adapters/notify/notices.ts';
import { createNtfyInbox } from './adapters/notify/ntfy-inbox.ts';
import type { FactSources } from './adapters/report/gather-facts.ts';
import { createReports } from './adapters/report/reports.ts';
import type { Project } from './compose.ts';
import { openPrices } from './compose-prices.ts';
import { secretsOf } from './core/policy/notices/redact.ts';
import type { Escalations } from './core/ports/escalations.ts';
import type { MessageInbox } from './core/ports/message-inbox.ts';
import type { Reports } from './core/ports/reports.ts';

type Parts = Omit<FactSources, 'prices'> & Pick<Project, 'env' | 'log'>;

interface Tellers {
  readonly notices: WatchedNotices;
  readonly reports: Reports;
  readonly escalations: Escalations;
  readonly inbox: MessageInbox;
}

/** What tells people: notices, whose texts are rid of this environment's secrets, and reports. */
export function openTellers(parts: Parts): Tellers {
  const { store, env, log, settings } = parts;
  return {
    notices: createNotices({ box: store.notices, log, secrets: secretsOf(env) }),
    reports: createReports({ ...parts, prices: openPrices(parts) }),
    escalations: createMarkdownEscalations(() => parts.settings().escalationsDir ?? null),
    inbox: createNtfyInbox(() => {
      const { ntfy } = settings().notifications;
      if (ntfy === null) return null;
      const token = ntfy.tokenEnv === null ? null : (env[ntfy.tokenEnv] ?? null);
      return { url: ntfy.url, topic: ntfy.topic, token };
    }),
  };
}
