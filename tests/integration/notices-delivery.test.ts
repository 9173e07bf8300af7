import { createHmac } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { createDesktop } from '../../src/adapters/notify/desktop.ts';
import { createNtfy } from '../../src/adapters/notify/ntfy.ts';
import { createWebhook } from '../../src/adapters/notify/webhook.ts';
import { aNoticeBench, ntfyAt } from '../helpers/notice-bench.ts';
import { aListener, statuses } from '../helpers/notice-listener.ts';
import { until } from '../helpers/project.ts';

const idle = { kind: 'idle', key: 'idle', subject: 'Team idle', body: 'Queue is empty.' } as const;
const escalation = (id: string) =>
  ({ kind: 'escalation', key: `escalation/${id}`, subject: `Task ${id}`, body: 'Look.' }) as const;

test('ntfy gets the text as body and title, priority and tags as headers (R-PROD-079)', async () => {
  const listener = await aListener();
  const bench = await aNoticeBench();
  bench.send([createNtfy({ url: listener.url, topic: 'team', token: 'tk_1', subjectPrefix: 'Producer' })]);
  await bench.notices.raise(idle);
  const [heard] = await until('heard', () => listener.heard.length > 0 && listener.heard);
  expect(heard).toMatchObject({ method: 'POST', path: '/team', body: 'Queue is empty.' });
  expect(heard?.headers).toMatchObject({
    title: '=?utf-8?q?Producer_=E2=80=94_Team_idle?=',
    priority: 'default',
    tags: 'hourglass',
    authorization: 'Bearer tk_1',
  });
});

test('a notice is open once, goes out once, and stands in the attention file until resolved (R-PROD-080)', async () => {
  const listener = await aListener();
  const bench = await aNoticeBench();
  bench.send([ntfyAt(listener.url)]);
  expect(await bench.notices.raise(idle)).toBe(true);
  expect(await bench.notices.raise({ ...idle, body: 'again' })).toBe(false);
  await until('in the file', () => bench.attention().includes('- since'));
  await until('heard', () => listener.heard.length === 1);
  expect(await bench.notices.resolve('idle')).toBe(true);
  await until('closed', () => bench.attention().includes('_Nothing._'));
  expect(bench.attention()).toMatch(/^## \d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ — Team idle\n\nQueue is empty\.\n/m);
  expect(await bench.notices.raise(idle)).toBe(true);
  await until('heard again', () => listener.heard.length === 2);
  expect(bench.noted).toEqual(['Team idle', 'Team idle']);
});

test('what closed by itself while nothing was pushed is pushed afterwards, what was resolved is not (R-PROD-080)', async () => {
  const listener = await aListener();
  const bench = await aNoticeBench();
  const since = Date.now() - 2 * 3_600_000;
  const lost = { kind: 'worker-lost', priority: 'high', tags: 'skull', body: 'Look.', since } as const;
  const box = bench.store.notices;
  const closesAt = since + 3_600_000;
  await box.open({ ...lost, noticeId: 'a', key: 'lost/a', subject: 'Resolved', closesAt });
  await box.close('lost/a', since + 1);
  await box.open({ ...lost, noticeId: 'b', key: 'lost/b', subject: 'Worker lost', closesAt });
  bench.send([ntfyAt(listener.url)]);
  await until('heard', () => listener.heard.length > 0);
  expect(listener.heard.map(({ headers }) => headers.title)).toEqual([
    expect.stringContaining('Worker_lost'),
  ]);
  expect(await box.list({ open: true, limit: 5 })).toEqual([]);
});

test('a server that fails is tried again until the message is there, once (R-PROD-079)', async () => {
  const listener = await aListener(statuses(500, 503, 200));
  const bench = await aNoticeBench();
  bench.send([ntfyAt(listener.url)]);
  await bench.notices.raise(idle);
  await until('three tries', () => listener.heard.length === 3);
  const ids = new Set(listener.heard.map(({ headers }) => headers['x-dispatch-id']));
  expect(ids.size).toBe(1);
  await until('noted', async () => (await bench.store.notices.sentSince('ntfy', 0)) === 1);
  expect(await bench.store.notices.nextTryAt()).toBeNull();
});

test('a server that is down gets its messages when it is up again (R-PROD-079)', async () => {
  const gone = await aListener();
  const port = Number(new URL(gone.url).port);
  await gone.close();
  const bench = await aNoticeBench();
  bench.send([ntfyAt(gone.url)]);
  const begun = performance.now();
  await bench.notices.raise(idle);
  // What raises never waits for the network.
  expect(performance.now() - begun).toBeLessThan(2_000);
  await until('a try that failed', async () => (await bench.store.notices.nextTryAt()) !== null);
  const listener = await aListener(statuses(200), port);
  await until('heard', () => listener.heard.length === 1);
});

test('a server that never answers is given up after 5 s and holds up no other channel (R-PROD-079)', async () => {
  const slow = await aListener(() => {});
  const quick = await aListener();
  const bench = await aNoticeBench();
  bench.send([ntfyAt(slow.url), createWebhook({ project: 'shop', url: quick.url, secret: null })]);
  await bench.notices.raise(idle);
  await until('the quick one', () => quick.heard.length === 1, 2_000);
  await until('the second try', () => slow.heard.length === 2);
  expect(slow.heard[1]!.at - slow.heard[0]!.at).toBeGreaterThan(4_500);
});

test('an answer that no further try can better ends it, with a warning', async () => {
  const listener = await aListener(statuses(403));
  const bench = await aNoticeBench();
  bench.send([ntfyAt(listener.url)]);
  await bench.notices.raise(idle);
  await until('warned', () => bench.warnings.includes('notice not delivered'));
  expect(listener.heard).toHaveLength(1);
});

test('a webhook is JSON, signed over its time and body (R-PROD-080)', async () => {
  const listener = await aListener();
  const bench = await aNoticeBench();
  bench.send([createWebhook({ project: 'shop', url: `${listener.url}/hook`, secret: 'top' })]);
  await bench.notices.raise(idle);
  const [heard] = await until('heard', () => listener.heard.length > 0 && listener.heard);
  const { 'x-dispatch-timestamp': at, 'x-dispatch-signature': signature } = heard!.headers;
  expect(signature).toBe(
    `sha256=${createHmac('sha256', 'top').update(`${at}.${heard!.body}`).digest('hex')}`,
  );
  expect(JSON.parse(heard!.body)).toMatchObject({
    ...{ project: 'shop', kind: 'idle', subject: 'Team idle', body: 'Queue is empty.' },
    ...{ id: heard!.headers['x-dispatch-id'], priority: 'default', tags: ['hourglass'] },
  });
});

test('a desktop command gets title and text as arguments, past any shell (R-PROD-080)', async () => {
  const bench = await aNoticeBench();
  const out = join(bench.dir, 'shown');
  const script = join(bench.dir, 'show.sh');
  writeFileSync(script, `#!/bin/sh\nprintf '%s|' "$@" > ${out}.tmp && mv ${out}.tmp ${out}\n`, {
    mode: 0o755,
  });
  const { PATH } = process.env;
  bench.send([
    createDesktop({ command: [script, '-u'], cwd: bench.dir, env: { PATH }, subjectPrefix: 'Shop' }),
  ]);
  await bench.notices.raise({ ...idle, body: '--help; $(touch /tmp/x) `id`' });
  const shown = await until('shown', () => {
    try {
      return readFileSync(out, 'utf8');
    } catch {
      return null;
    }
  });
  expect(shown).toBe('-u|Shop — Team idle| --help; $(touch /tmp/x) `id`|');
});

test('many notices at once are one digest (R-PROD-080)', async () => {
  const listener = await aListener();
  const bench = await aNoticeBench();
  for (const id of ['1', '2', '3', '4', '5']) await bench.notices.raise(escalation(id));
  bench.send([ntfyAt(listener.url)]);
  const [heard] = await until('heard', () => listener.heard.length > 0 && listener.heard);
  expect(heard?.body.split('\n')).toHaveLength(5);
  await until('noted', async () => (await bench.store.notices.sentSince('ntfy', 0)) === 1);
  expect(listener.heard).toHaveLength(1);
});

test('one of two workers sends, and the other does when it is gone', async () => {
  const listener = await aListener();
  const first = await aNoticeBench();
  const second = await aNoticeBench({}, first.dir);
  expect(await second.store.records.takeLock('notices', 'host-2', 30_000)).toBe(true);
  first.send([ntfyAt(listener.url)], 'host-1');
  await first.notices.raise(idle);
  await second.notices.raise(escalation('7'));
  second.send([ntfyAt(listener.url)], 'host-2');
  await until('both heard', () => listener.heard.length === 2);
  await second.store.records.dropLock('notices', 'host-2');
  await first.notices.raise(escalation('8'));
  await until('the third', () => listener.heard.length === 3);
});

test('a secret of the environment reaches no channel and no file (R-PROD-079)', async () => {
  const listener = await aListener();
  const bench = await aNoticeBench();
  bench.send([ntfyAt(listener.url)]);
  await bench.notices.raise({ ...idle, subject: 'It said canary-secret-1234', body: 'canary-secret-1234' });
  const [heard] = await until('heard', () => listener.heard.length > 0 && listener.heard);
  expect(JSON.stringify(heard)).not.toContain('canary');
  expect(bench.attention()).not.toContain('canary');
});

test('trouble with the store fails nobody who raises (R-PROD-079)', async () => {
  const bench = await aNoticeBench();
  await bench.store.close();
  expect(await bench.notices.raise(idle)).toBe(false);
  expect(await bench.notices.resolve('idle')).toBe(false);
});
