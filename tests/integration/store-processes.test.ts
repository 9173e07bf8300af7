import { join } from 'node:path';
import BetterSqlite3 from 'better-sqlite3';
import { expect, test } from 'vitest';
import { createSqliteStore } from '../../src/adapters/store/create-sqlite-store.ts';
import type { RunEvent } from '../../src/core/schema/run-event.ts';
import { anEvent } from '../contract/store-builders.ts';
import { until } from '../helpers/processes.ts';
import { aStateDir, childCommand, startChild } from './store-children.ts';

test('every acknowledged record is there after kill -9 of its writers (R-SYS-001, R-SYS-004)', async () => {
  const dir = aStateDir();
  for (const name of ['first', 'second']) {
    const writers = [`${name}-a`, `${name}-b`].map((writer) => ({
      writer,
      child: startChild(childCommand('write', dir, writer)),
    }));
    await until(() => writers.every(({ child }) => child.lines().length >= 50), 20_000);
    for (const { child } of writers) child.process.kill('SIGKILL');
    for (const { child } of writers) expect(await child.ended).toBe('SIGKILL');

    const { records, close } = await createSqliteStore({ dir, project: 'shop' });
    for (const { writer, child } of writers) {
      for (const line of child.lines()) {
        expect(await records.getTaskState(`${writer}-${line}`)).toMatchObject({ retryCount: Number(line) });
        expect(await records.beginEffect(`${writer}-${line}`)).toBe('maybe-done');
      }
    }
    await close();
  }
});

test('events of four processes get numbers once, without gaps, in the order of each (R-SYS-024)', async () => {
  const dir = aStateDir();
  const names = ['a', 'b', 'c', 'd'];
  const children = names.map((name) => startChild(childCommand('append', dir, name)));
  for (const child of children) expect(await child.ended).toBe('0');

  const { projection, close } = await createSqliteStore({ dir, project: 'shop' });
  const answered = children.flatMap((child) => child.lines().flatMap((line) => line.split(',').map(Number)));
  const events: RunEvent[] = [];
  for (let page: readonly RunEvent[] = [], afterSeq = 0; ; afterSeq = page.at(-1)?.seq ?? 0) {
    page = await projection.listEvents({ afterSeq, limit: 1_000 });
    if (page.length === 0) break;
    events.push(...page);
  }
  expect(events.length).toBe(1_200);
  expect([...answered].sort((one, other) => one - other)).toEqual(events.map(({ seq }) => seq));
  const last = events.at(-1)?.seq ?? 0;
  const jumps = events.filter(({ seq }, index) => index > 0 && seq !== (events[index - 1]?.seq ?? 0) + 1);
  // A process that opens an empty projection beside another one may begin above the first promise.
  expect(jumps.length).toBeLessThanOrEqual(1);
  for (const name of names) {
    const order = events.filter(({ task_id }) => task_id === name).map(({ data }) => data.order);
    expect(order).toEqual(order.map((_, index) => index));
  }
  expect((await projection.appendEvents([anEvent()]))[0]?.seq).toBe(last + 1);
  await close();
});

test('a lock is held over processes and freed by time when its owner died', async () => {
  const dir = aStateDir();
  let clock = Date.now();
  const config = { dir, project: 'shop', now: () => clock };
  const [one, other] = [await createSqliteStore(config), await createSqliteStore(config)];
  const taken = await Promise.all(
    ['a', 'b', 'c', 'd'].map((owner, index) =>
      (index % 2 ? one : other).records.takeLock('poller', owner, 5_000),
    ),
  );
  expect(taken.filter(Boolean).length).toBe(1);
  expect(await other.records.takeLock('poller', 'e', 5_000)).toBe(false);
  clock += 5_000;
  expect(await other.records.takeLock('poller', 'e', 5_000)).toBe(true);
  await Promise.all([one.close(), other.close()]);
});

test('a writer gets its turn among busy neighbours', async () => {
  const dir = aStateDir();
  const store = await createSqliteStore({ dir, project: 'shop' });
  const writers = ['a', 'b'].map((name) => startChild(childCommand('write', dir, name)));
  await until(() => writers.every((child) => child.lines().length > 0), 10_000);
  for (let index = 0; index < 100; index++) {
    await store.records.putTaskState(`mine-${index}`, { status: 'claimed' });
  }
  expect(await store.records.getTaskState('mine-99')).toMatchObject({ status: 'claimed' });
  await store.close();
});

test('waiting for a neighbour that writes does not hold up the event loop', async () => {
  const dir = aStateDir();
  const store = await createSqliteStore({ dir, project: 'shop' });
  const neighbour = new BetterSqlite3(join(dir, 'records.db'));
  neighbour.exec('begin immediate');
  let ticks = 0;
  const timer = setInterval(() => {
    ticks += 1;
  }, 5);
  let written = false;
  const write = store.records.putTaskState('1', { status: 'claimed' }).then(() => {
    written = true;
  });
  await until(() => ticks >= 20);
  expect(await store.records.getTaskState('1')).toBeNull();
  expect(written).toBe(false);
  neighbour.exec('commit');
  await write;
  clearInterval(timer);
  neighbour.close();
  await store.close();
});
