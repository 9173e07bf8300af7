import { expect, test } from 'vitest';
import { reportHtml } from '../../../../src/core/policy/report/html.ts';
import { aReport } from './report-builder.ts';

test('the page is whole in one file: no script, nothing loaded, lists within lists (R-PROD-075)', () => {
  const html = reportHtml(
    aReport({
      pricesOldDays: 120,
      brake: { armed: true, reason: 'x' },
      spentMicroUsd: 2_000_000,
      spend: [
        { agent: 'code', spentMicroUsd: 2_000_000, capMicroUsd: 2_000_000, softCapMicroUsd: 1 },
        { agent: 'qa', spentMicroUsd: 0, capMicroUsd: 0, softCapMicroUsd: 0 },
      ],
      besideMicroUsd: 1_000_000,
    }),
  );
  expect(html).toMatch(/^<!doctype html>\n<html lang="en">\n/);
  expect(html).toContain('<title>Shop — Morning Report 2026-11-21</title>');
  expect(html).toContain(
    '<p class="warning">⚠️ pricing table is 120 days old. Run: <code>producer pricing update</code></p>',
  );
  expect(html).toContain(`<h2>Spend</h2>
<ul>
<li>Today: <strong>$2.00</strong><ul><li>code: $2.00 / $2.00 (100%) <strong>[CAP HIT]</strong></li><li>qa: $0.00</li></ul></li>
<li>Of that beside the ledger, in calls: $1.00</li>
</ul>
</section>`);
  expect(html).toContain(`<section>
<h2>Anomalies</h2>
<ul>
<li><strong>Kill switch is currently ARMED.</strong> Investigate before resume.</li>
</ul>
</section>`);
  expect(html).toContain('<p><em>No escalations.</em></p>');
  expect(html).not.toMatch(/<script|<link|<img|<iframe|\bsrc=|\bhref=|\bon\w+=|url\(|@import/i);
  expect(html).toContain(`content="default-src 'none'; style-src 'unsafe-inline';`);
});

test('what agents and people wrote is text, wherever it stands (R-PROD-075, R-SYS-032)', () => {
  const evil = '</title><script>alert("1")</script>\n<img src=x onerror=\'a&b\'>\u202e\u0000**x**';
  const html = reportHtml(
    aReport({
      title: evil,
      shipped: {
        count: 1,
        listed: [{ id: evil, title: evil, agent: evil, microUsd: 1 }],
        byAgent: [{ agent: evil, count: 1 }],
      },
      signOff: { count: 1, listed: [{ id: evil, title: evil, agent: evil, reason: evil }] },
      failed: [{ id: evil, title: evil, agent: evil, reason: evil, retryCount: 3 }],
      questions: [{ id: evil, title: evil, agent: evil, reason: evil }],
      spend: [{ agent: evil, spentMicroUsd: 1, capMicroUsd: 0, softCapMicroUsd: 0 }],
      assets: [{ type: evil, count: 1, microUsd: 1 }],
      drift: [{ agent: evil, computedMicroUsd: 1, actualMicroUsd: 1 }],
      stuck: [{ id: evil, agent: evil, minutes: 1 }],
      oldestWaiting: { id: evil, agent: evil, since: 0 },
      hotSpots: [{ id: evil, agent: evil, retryCount: 3 }],
      denied: [{ agent: evil, tool: evil, runs: 1 }],
      unmoved: [evil],
      previous: { date: evil, shipped: 1, spentMicroUsd: 0.1 },
    }),
  );
  const tags = new Set([...html.matchAll(/<\/?([a-z0-9]+)/g)].map(([, name]) => name));
  const ours = 'html head meta title style body h1 h2 section ul li p strong em code footer'.split(' ');
  expect([...tags].filter((tag) => !ours.includes(String(tag)))).toEqual([]);
  expect(html.match(/<title>/g)).toHaveLength(1);
  expect(html).toContain('&lt;script&gt;alert(&quot;1&quot;)&lt;/script&gt;');
  expect(html).toContain('onerror=&#39;a&amp;b&#39;&gt;');
  // Marks are ours alone; no text is read as Markdown.
  expect(html).toContain('**x**');
  expect(html.includes('\u202e') || html.includes('\u0000')).toBe(false);
});
