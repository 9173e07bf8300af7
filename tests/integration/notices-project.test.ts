import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { aListener } from '../helpers/notice-listener.ts';
import { aProject, until } from '../helpers/project.ts';

const routes = [{ queue_name: 'Todo', agent: 'ok' }];
const caller = { channel: 'cli', actor: 'tester' } as const;

test('an armed kill switch is told over ntfy and in the attention file until it is released (R-PROD-081)', async () => {
  const ntfy = await aListener();
  const p = await aProject({
    ...{ agents: { ok: 'exit 0' }, routes },
    config: { notifications: { ntfy_topic: 'team', ntfy_url: ntfy.url, subject_prefix: 'Shop' } },
  });
  const { control, store } = p.project.context;
  const file = join(p.project.settings().reportsDir, 'needs-attention.md');
  expect(existsSync(file)).toBe(false);
  await control.arm({ reason: 'too expensive', stopRunning: false }, caller);
  await until('told', () => ntfy.heard.length === 1);
  expect(ntfy.heard[0]).toMatchObject({
    path: '/team',
    body: 'too expensive\nArmed by: tester (cli).',
    headers: { priority: 'urgent', tags: 'octagonal_sign' },
  });
  await until('open', () => readFileSync(file, 'utf8').includes(': Kill switch armed (kill-switch)'));
  // Armed once more it is the same news.
  await control.arm({ reason: 'still', stopRunning: false }, caller);
  await control.disarm(caller);
  await until('closed', () => readFileSync(file, 'utf8').includes('_Nothing._'));
  expect(readFileSync(file, 'utf8')).toMatch(/^## \S+Z — Kill switch armed\n\ntoo expensive\n/m);
  expect(await store.notices.list({ limit: 10 })).toHaveLength(1);
  expect(ntfy.heard).toHaveLength(1);
});

test('switched off kinds are kept and not pushed (R-PROD-081)', async () => {
  const ntfy = await aListener();
  const p = await aProject({
    ...{ agents: { ok: 'exit 0' }, routes },
    config: {
      notifications: {
        ntfy_topic: 'team',
        ntfy_url: ntfy.url,
        kinds: { 'kill-switch': false, anomaly: 'low' },
      },
    },
  });
  const { control, store, notices } = p.project.context;
  await control.arm({ reason: 'quietly', stopRunning: false }, caller);
  await until('kept', async () => (await store.notices.list({ open: true, limit: 1 })).length === 1);
  await notices.raise({ kind: 'anomaly', key: 'x', subject: 'Odd', body: 'Look.' });
  await until('told', () => ntfy.heard.length === 1);
  expect(ntfy.heard[0]?.headers).toMatchObject({ priority: 'low', tags: 'warning' });
  await control.disarm(caller);
});
