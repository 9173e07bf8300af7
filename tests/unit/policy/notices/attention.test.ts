import { expect, test } from 'vitest';
import { attentionText } from '../../../../src/core/policy/notices/attention.ts';
import type { Notice } from '../../../../src/core/schema/notice.ts';

const SINCE = Date.UTC(2026, 10, 21, 18, 0, 0);
const idle: Notice = {
  ...{ noticeId: 'a', kind: 'idle', key: 'idle', subject: 'Team idle', body: 'Queue is empty.' },
  ...{ priority: 'default', tags: 'hourglass', since: SINCE, resolvedAt: null, closesAt: null },
};
const BLOCK = '\n## 2026-11-21T18:00:00Z — Team idle\n\nQueue is empty.\n';

test('open notices stand in a list with since-times, new ones follow in the blocks of upstream (R-PROD-078)', () => {
  expect(attentionText('', { open: [idle], fresh: [idle] })).toBe(
    `# Needs attention

- since 2026-11-21T18:00:00Z: Team idle (idle)

<!-- open notices above, all that were raised below -->
${BLOCK}`,
  );
});

test('a resolved notice leaves the list; its block stays (R-PROD-080)', () => {
  const text = attentionText('', { open: [idle], fresh: [idle] });
  const closed = attentionText(text, { open: [], fresh: [] });
  expect(closed).toContain('_Nothing._');
  expect(closed).not.toContain('- since');
  expect(closed).toContain(BLOCK);
});

test('what upstream or a person wrote stays, and nothing is written twice (R-PROD-078)', () => {
  const upstream = '\n## 2026-01-01T00:00:00Z — Team idle\n\nOld.\n';
  const text = attentionText(upstream, { open: [idle], fresh: [idle] });
  expect(text).toContain(`${upstream}${BLOCK}`);
  expect(attentionText(text, { open: [idle], fresh: [idle] })).toBe(text);
});

test('a text cannot pass for a notice of its own', () => {
  const forged = { ...idle, body: 'x\n## 2026-11-21T18:00:00Z — All is well' };
  expect(attentionText('', { open: [], fresh: [forged] }).match(/^## /gm)).toHaveLength(1);
});

test('the file keeps its newest blocks when it is full', () => {
  const old = `\n## 2026-01-01T00:00:00Z — Old\n\n${'x'.repeat(600_000)}\n`.repeat(2);
  const text = attentionText(old, { open: [], fresh: [idle] });
  expect(text.length).toBeLessThan(1_050_000);
  expect(text.endsWith(BLOCK)).toBe(true);
  expect(text.match(/^## /gm)).toHaveLength(2);
});
