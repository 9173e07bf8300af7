import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { expect, onTestFinished, test } from 'vitest';
import { inspectLedger } from '../../src/adapters/boards/ledger/inspect-ledger.ts';
import { createLedgerBoard } from '../../src/adapters/boards/ledger/ledger-board.ts';
import { openLedger } from '../../src/adapters/boards/ledger/open-ledger.ts';
import { aFolder, firstBadRow, rows } from '../helpers/ledger-file.ts';

const WORKER = fileURLToPath(new URL('ledger-worker.ts', import.meta.url));

interface Worker {
  readonly child: ChildProcess;
  /** It is up and waits for `begin`. */
  readonly ready: Promise<unknown>;
  readonly begin: () => void;
  /** Ids it has printed so far. */
  readonly ids: () => string[];
  readonly ended: Promise<unknown>;
}

function aWorker(mode: 'claim' | 'write', path: string): Worker {
  const child = spawn(process.execPath, [WORKER, mode, path], { stdio: ['pipe', 'pipe', 'inherit'] });
  onTestFinished(() => void child.kill('SIGKILL'));
  let text = '';
  child.stdout.setEncoding('utf8').on('data', (chunk: string) => {
    text += chunk;
  });
  return {
    ...{ child, ready: once(child.stdout, 'data'), begin: () => void child.stdin.end() },
    ids: () => text.split('\n').slice(1, -1),
    ended: once(child, 'close'),
  };
}

function aBoard(path: string) {
  const board = createLedgerBoard({ path, roles: () => ['code'] });
  onTestFinished(() => board.close());
  return board;
}

test('of 500 tasks that two processes claim each is claimed once (R-PROD-021)', async () => {
  const path = join(aFolder(), 'ledger.db');
  const board = aBoard(path);
  const made: string[] = [];
  for (let index = 0; index < 500; index++)
    made.push((await board.createTask('code', `task ${index}`, '')).id);
  const workers = [aWorker('claim', path), aWorker('claim', path)];
  await Promise.all(workers.map(({ ready }) => ready));
  for (const { begin } of workers) begin();
  await Promise.all(workers.map(({ ended }) => ended));
  const claimed = workers.map(({ ids }) => ids());
  expect(claimed.flat().toSorted()).toEqual(made.toSorted());
  expect(Math.min(...claimed.map(({ length }) => length))).toBeGreaterThan(20);
  expect((await board.getQueue('code:done')).taskCount).toBe(500);
  expect(rows(path, `select count(*) as n from audit_log where action = 'dispatch'`)).toEqual([{ n: 500 }]);
  expect(firstBadRow(path)).toBe(0);
});

test('a writer killed at any moment leaves a whole file whose chain holds (R-PROD-021, R-PROD-028)', async () => {
  const path = join(aFolder(), 'ledger.db');
  const board = aBoard(path);
  const seen: string[] = [];
  for (let round = 0; round < 5; round++) {
    const worker = aWorker('write', path);
    worker.begin();
    const target = 3 + round * 2;
    while (worker.ids().length < target)
      await new Promise((resolve) => worker.child.stdout?.once('data', resolve));
    worker.child.kill('SIGKILL');
    await worker.ended;
    seen.push(...worker.ids());
    expect(rows(path, 'pragma integrity_check')).toEqual([{ integrity_check: 'ok' }]);
    expect(firstBadRow(path)).toBe(0);
  }
  const done = new Set((await board.getQueue('code:done')).tasks.map(({ id }) => id));
  expect(seen.filter((id) => !done.has(id))).toEqual([]);
  await board.createTask('code', 'goes on', '');
  expect(firstBadRow(path)).toBe(0);
});

test('what another process writes is noticed at once (R-PROD-033, R-SYS-040)', async () => {
  const path = join(aFolder(), 'ledger.db');
  const [board, other] = [aBoard(path), aBoard(path)];
  await board.listQueues();
  await other.listQueues();
  const waits: number[] = [];
  for (let index = 0; index < 5; index++) {
    const heard = new Promise<number>((resolve) => {
      const stop = board.watch(() => {
        stop();
        resolve(performance.now());
      });
    });
    await other.createTask('code', `task ${index}`, '');
    const written = performance.now();
    waits.push((await heard) - written);
  }
  // Far below the second after which a look at the file would have told.
  expect(waits.toSorted((a, b) => a - b)[2]).toBeLessThan(500);
});

test('a ledger that somebody writes into opens, and its chain holds at every look (R-PROD-028, R-PROD-033)', async () => {
  const path = join(aFolder(), 'ledger.db');
  const worker = aWorker('write', path);
  await worker.ready;
  worker.begin();
  while (worker.ids().length < 200) {
    (await openLedger(path)).close();
    expect(inspectLedger(path, ['code']).chain).toBeNull();
    await setImmediate();
  }
  worker.child.kill('SIGKILL');
  await worker.ended;
});
