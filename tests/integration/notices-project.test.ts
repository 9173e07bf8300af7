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

test('a cap that is hit is told, and a team that waits for money alone is told as such (R-PROD-080, R-PROD-081)', async () => {
  const ntfy = await aListener();
  const task = (id: string) => ({ id, name: `task ${id}` });
  const p = await aProject({
    queues: { Todo: [task('1'), task('2')], 'In Progress': [], Done: [] },
    agents: { ok: 'exit 0' },
    routes: [{ queue_name: 'Todo', agent: 'ok', completed_queue: 'Done' }],
    config: {
      // What a run cost is not known here: what was held for it is booked.
      budget: {
        project_ceiling_usd: 5,
        agents: { ok: { daily_cap_usd: 0.1, dispatch_reservation_usd: 0.1 } },
      },
      idle_threshold_polls: 2,
      notifications: { ntfy_topic: 'team', ntfy_url: ntfy.url, subject_prefix: 'S' },
    },
  });
  const { store } = p.project.context;
  const open = async () =>
    (await store.notices.list({ open: true, limit: 10 })).map(({ subject }) => subject);
  await until('both', async () => (await open()).includes('Team out of budget'));
  expect(await open()).toEqual(expect.arrayContaining(['Cap hit: agent ok', 'Team out of budget']));
  await until('told', () =>
    ntfy.heard.some(({ body }) => body === '$0.10 of the daily cap of agent "ok", $0.10, is spent'),
  );
  await until('in the trail', async () =>
    (await store.records.listAudit(50)).some(
      ({ action, subject }) => action === 'notify_human' && subject === 'idle',
    ),
  );
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
