import { expect, test } from 'vitest';
import { createSqliteStore } from '../../src/adapters/store/create-sqlite-store.ts';
import { createEventTail } from '../../src/adapters/store/event-tail.ts';
import type { RunEvent } from '../../src/core/schema/run-event.ts';
import { anEvent } from '../contract/store-builders.ts';
import { until } from '../helpers/processes.ts';
import { aStateDir, childCommand, startChild } from './store-children.ts';

/** A listener that remembers the numbers it was given. */
function aListener() {
  const seqs: number[] = [];
  return { seqs, listen: (events: readonly RunEvent[]) => void seqs.push(...events.map(({ seq }) => seq)) };
}
const rising = (seqs: readonly number[]) =>
  seqs.every((seq, index) => index === 0 || seq > (seqs[index - 1] ?? 0));

test('every listener gets each event of this process at once, from when it came to when it left (R-ART-095)', async () => {
  const store = await createSqliteStore({ dir: null, project: 'shop' });
  const tail = createEventTail(store.projection);
  await store.projection.appendEvents([anEvent()]);
  const [one, two] = [aListener(), aListener()];
  tail.subscribe(one.listen);
  await store.projection.appendEvents([anEvent(), anEvent()]);
  expect(one.seqs).toEqual([2, 3]);
  const leave = tail.subscribe(two.listen);
  await store.projection.appendEvents([anEvent()]);
  leave();
  leave();
  await store.projection.appendEvents([anEvent()]);
  expect([one.seqs, two.seqs]).toEqual([[2, 3, 4, 5], [4]]);
  tail.close();
  await store.projection.appendEvents([anEvent()]);
  expect(one.seqs).toEqual([2, 3, 4, 5]);
  await store.close();
});

test('a listener that throws is dropped, the others go on (R-ART-095)', async () => {
  const store = await createSqliteStore({ dir: null, project: 'shop' });
  const errors: unknown[] = [];
  const tail = createEventTail(store.projection, { onError: (error) => errors.push(error) });
  tail.subscribe(() => {
    throw new Error('gone');
  });
  const other = aListener();
  tail.subscribe(other.listen);
  await store.projection.appendEvents([anEvent()]);
  await store.projection.appendEvents([anEvent()]);
  expect(other.seqs).toEqual([1, 2]);
  expect(errors).toEqual([new Error('gone')]);
  tail.close();
  await store.close();
});

test('events of another process arrive soon (R-SYS-024)', async () => {
  const dir = aStateDir();
  const store = await createSqliteStore({ dir, project: 'shop' });
  const tail = createEventTail(store.projection);
  const listener = aListener();
  tail.subscribe(listener.listen);
  const child = startChild(childCommand('echo', dir, 'far'));
  await until(() => child.lines().length > 0, 10_000);
  const delays: number[] = [];
  for (let count = 1; count <= 10; count++) {
    const start = performance.now();
    child.process.stdin?.write('go\n');
    await until(() => listener.seqs.length === count);
    delays.push(performance.now() - start);
  }
  // 25 ms of polling, 10 ms of `until`, the way to the child and back; a busy machine may add to some of them.
  expect(Math.min(...delays)).toBeLessThan(100);
  child.process.stdin?.end();
  expect(await child.ended).toBe('0');
  tail.close();
  await store.close();
});

test('with writers on both sides each event arrives once and in order (R-SYS-024, R-ART-095)', async () => {
  const dir = aStateDir();
  const store = await createSqliteStore({ dir, project: 'shop' });
  const tail = createEventTail(store.projection);
  await store.projection.appendEvents([anEvent()]);
  const listener = aListener();
  tail.subscribe(listener.listen);
  const children = ['a', 'b'].map((name) => startChild(childCommand('append', dir, name)));
  let mine = 0;
  while (listener.seqs.length < 600 + mine) {
    if (listener.seqs.length < 600 && mine < 2_000)
      mine += (await store.projection.appendEvents([anEvent()])).length;
    await new Promise(setImmediate);
  }
  for (const child of children) expect(await child.ended).toBe('0');
  const stored = await store.projection.lastEventSeq();
  await until(() => listener.seqs.at(-1) === stored);
  expect(listener.seqs.length).toBe(600 + mine);
  expect(rising(listener.seqs)).toBe(true);
  tail.close();
  await store.close();
});
