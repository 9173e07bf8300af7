import { describe, expect, test } from 'vitest';
import { AppError } from '../../src/core/errors.ts';
import { IDEMPOTENCY_KEPT_MS, PROMPT_BYTES_MAX } from '../../src/core/limits.ts';
import { initialGovernor } from '../../src/core/policy/governor/initial.ts';
import { TaskState } from '../../src/core/schema/run-record.ts';
import { DAY_MS, START_MS, type StoreBench } from './store-bench.ts';

/** The promises of a store's records. */
export function recordsContract(name: string, bench: StoreBench): void {
  describe(`${name}: task states`, () => {
    test('an unknown task has no state', async () => {
      const { records } = await bench.make();
      expect(await records.getTaskState('1')).toBeNull();
    });

    test('a new state begins with zeros and nulls (R-ART-074)', async () => {
      const { records } = await bench.make();
      await records.putTaskState('1', { status: 'claimed' });
      const state = await records.getTaskState('1');
      expect(TaskState.parse(state)).toMatchObject({
        status: 'claimed',
        retryCount: 0,
        runCount: 0,
        token: null,
      });
      expect(state?.updatedAt).toBe(START_MS);
    });

    test('fields left out of a patch keep their value; null clears one', async () => {
      const { records } = await bench.make();
      await records.putTaskState('1', { status: 'running', retryCount: 2, token: 'a', lastReason: 'exit 1' });
      await records.putTaskState('1', { token: null, blockedCode: 'budget' });
      const kept = {
        status: 'running',
        retryCount: 2,
        token: null,
        lastReason: 'exit 1',
        blockedCode: 'budget',
      };
      expect(await records.getTaskState('1')).toMatchObject(kept);
    });

    test('a noted state is read like one that was put, and keeps what it leaves out', async () => {
      const { records } = await bench.make();
      await records.noteTaskState('1', { status: 'waiting', blockedCode: 'no-slot' });
      await records.putTaskState('1', { status: 'claimed', token: 'a' });
      await records.noteTaskState('1', { status: 'running' });
      const kept = { status: 'running', token: 'a', blockedCode: 'no-slot' };
      expect(await records.getTaskState('1')).toMatchObject(kept);
    });

    test('ids are taken as they are', async () => {
      const { records } = await bench.make();
      for (const id of ["a'b", 'ümläut 😀', ' 1', '1', 'nul\u0000byte', '%_']) {
        await records.putTaskState(id, { status: 'waiting', anomaly: id });
        expect(await records.getTaskState(id)).toMatchObject({ taskId: id, anomaly: id });
      }
    });

    test('lists narrow by status and id, latest change first', async () => {
      const { records } = await bench.make();
      for (const [id, status] of [
        ['1', 'done'],
        ['2', 'running'],
        ['3', 'running'],
        ['4', 'dead'],
      ] as const) {
        bench.pass(1);
        await records.putTaskState(id, { status });
      }
      const ids = async (filter: Parameters<typeof records.listTaskStates>[0]) =>
        (await records.listTaskStates(filter)).map(({ taskId }) => taskId);
      expect(await ids({ limit: 10 })).toEqual(['4', '3', '2', '1']);
      expect(await ids({ limit: 1 })).toEqual(['4']);
      expect(await ids({ status: ['running', 'dead'], limit: 10 })).toEqual(['4', '3', '2']);
      expect(await ids({ taskIds: ['1', '3', 'none'], limit: 10 })).toEqual(['3', '1']);
      expect(await ids({ taskIds: ['1', '3'], status: ['done'], limit: 10 })).toEqual(['1']);
      expect(await ids({ status: [], limit: 10 })).toEqual([]);
      expect(await ids({ taskIds: [], limit: 10 })).toEqual([]);
      const many = Array.from({ length: 5_000 }, (_, index) => `x${index}`);
      expect(await ids({ taskIds: [...many, '2'], limit: 10 })).toEqual(['2']);
    });
  });

  describe(`${name}: once`, () => {
    test('an effect is new, then in doubt, then done (R-SYS-004)', async () => {
      const { records } = await bench.make();
      expect(await records.beginEffect('comment/1')).toBe('new');
      expect(await records.beginEffect('comment/1')).toBe('maybe-done');
      await records.finishEffect('comment/1');
      await records.finishEffect('comment/1');
      expect(await records.beginEffect('comment/1')).toBe('done');
      expect(await records.beginEffect('comment/2')).toBe('new');
    });

    test('the first body under an idempotency key is kept for 7 days', async () => {
      const { records } = await bench.make();
      const first = { operation: 'add-comment', bodyHash: 'a', workflowId: 'command/1' };
      expect(await records.getKey('k')).toBeNull();
      const kept = { ...first, state: 'accepted', answer: null, createdAt: START_MS };
      expect(await records.keepKey('k', first)).toEqual(kept);
      expect(await records.keepKey('k', { ...first, bodyHash: 'b', operation: 'move-task' })).toEqual(kept);
      await records.settleKey('k', 'failed', '{"code":"board-unavailable"}');
      expect(await records.getKey('k')).toMatchObject({ state: 'failed' });
      await records.settleKey('k', 'done', '{"ok":true}');
      await records.settleKey('k', 'failed', '{}');
      expect(await records.getKey('k')).toEqual({ ...kept, state: 'done', answer: '{"ok":true}' });
      bench.pass(IDEMPOTENCY_KEPT_MS);
      expect(await records.getKey('k')).toBeNull();
      expect(await records.keepKey('k', { ...first, bodyHash: 'b' })).toMatchObject({
        bodyHash: 'b',
        answer: null,
      });
    });

    test('settling an unknown key changes nothing', async () => {
      const { records } = await bench.make();
      await records.settleKey('none', 'done', '{}');
      expect(await records.getKey('none')).toBeNull();
    });

    test('a lock has one owner until it is dropped or runs out', async () => {
      const { records } = await bench.make();
      expect(await records.takeLock('poller', 'a', 1_000)).toBe(true);
      expect(await records.takeLock('poller', 'b', 1_000)).toBe(false);
      expect(await records.takeLock('other', 'b', 1_000)).toBe(true);
      bench.pass(900);
      expect(await records.takeLock('poller', 'a', 1_000)).toBe(true);
      bench.pass(900);
      expect(await records.takeLock('poller', 'b', 1_000)).toBe(false);
      bench.pass(100);
      expect(await records.takeLock('poller', 'b', 1_000)).toBe(true);
      await records.dropLock('poller', 'a');
      expect(await records.takeLock('poller', 'a', 1_000)).toBe(false);
      await records.dropLock('poller', 'b');
      expect(await records.takeLock('poller', 'a', 1_000)).toBe(true);
    });
  });

  describe(`${name}: project`, () => {
    test('route overlays carry a version that rises with each change (R-ART-109)', async () => {
      const { records } = await bench.make();
      expect(await records.routesVersion()).toBe(0);
      const todo = { queueName: 'Todo', fields: '{"priority":1}', baseHash: null };
      expect(await records.putRouteOverlay(todo)).toEqual({ ...todo, version: 1, updatedAt: START_MS });
      await records.putRouteOverlay({ queueName: 'Back', fields: null, baseHash: 'h' });
      expect((await records.putRouteOverlay({ ...todo, fields: '{}' })).version).toBe(3);
      expect(await records.listRouteOverlays()).toMatchObject([
        { queueName: 'Back', fields: null, baseHash: 'h', version: 2 },
        { queueName: 'Todo', fields: '{}', version: 3 },
      ]);
      await records.deleteRouteOverlay('Todo');
      await records.deleteRouteOverlay('Todo');
      expect(await records.routesVersion()).toBe(4);
      expect((await records.listRouteOverlays()).map(({ queueName }) => queueName)).toEqual(['Back']);
    });

    test('the governor finds its last state again', async () => {
      const { records } = await bench.make();
      expect(await records.loadGovernor()).toBeNull();
      const state = initialGovernor({ project: 'shop', pools: {}, knownHosts: [], now: START_MS });
      await records.saveGovernor(state);
      await records.saveGovernor({ ...state, nextSeq: 8 });
      expect(await records.loadGovernor()).toEqual({ ...state, nextSeq: 8 });
      const large = { ...state, released: ['x'.repeat(300 * 1024)] };
      await expect(records.saveGovernor(large)).rejects.toThrow(AppError);
      expect(await records.loadGovernor()).toEqual({ ...state, nextSeq: 8 });
    });

    test("a governor's earlier write does not come over its later one (R-SYS-019)", async () => {
      const { records } = await bench.make();
      const state = initialGovernor({ project: 'shop', pools: {}, knownHosts: [], now: START_MS });
      const write = (nextSeq: number, governor: string, count: number) =>
        records.saveGovernor({ ...state, nextSeq, saved: { governor, count } });
      const saved = async () => (await records.loadGovernor())?.nextSeq;
      expect(await write(7, 'first', 10)).toEqual([]);
      expect(await write(6, 'first', 9)).toBeNull();
      expect(await saved()).toBe(7);
      // Tried again it is the same write; a new governor counts anew.
      expect(await write(7, 'first', 10)).toEqual([]);
      expect(await write(1, 'second', 1)).toEqual([]);
      expect(await saved()).toBe(1);
      await records.saveGovernor({ ...state, nextSeq: 2 });
      expect(await saved()).toBe(2);
    });

    test('hosts are known until they are forgotten', async () => {
      const { records } = await bench.make();
      const host = { hostId: 'h1', hostname: 'one', pid: 12, bootId: 'b', slots: 3, lastSeen: START_MS };
      await records.putHost({ ...host, pid: 1 });
      await records.putHost(host);
      expect(await records.listHosts()).toEqual([host]);
      expect(await records.forgetHost('h1')).toBe(true);
      expect(await records.forgetHost('h1')).toBe(false);
      expect(await records.listHosts()).toEqual([]);
    });

    test('a large text is kept once under its reference (R-SYS-009)', async () => {
      const { records } = await bench.make();
      const text = 'prompt ü 😀 '.repeat(100_000);
      const reference = await records.putText(text);
      expect(await records.putText(text)).toBe(reference);
      expect(reference.length).toBeLessThan(100);
      expect(await records.getText(reference)).toBe(text);
      expect(await records.getText('sha256:none')).toBeNull();
      await expect(records.putText('x'.repeat(PROMPT_BYTES_MAX + 1))).rejects.toThrow(/at most/);
    });

    test('the audit trail is numbered without gaps, newest first', async () => {
      const { records } = await bench.make();
      const entry = { at: START_MS, channel: 'http', actor: 'ann', action: 'route.put', subject: 'Todo' };
      await records.appendAudit({ ...entry, detail: { before: null, after: { priority: 1 } } });
      await records.appendAudit({ ...entry, subject: 'Back', detail: { text: 'x'.repeat(100_000) } });
      expect(await records.listAudit(10)).toEqual([
        { ...entry, seq: 2, subject: 'Back', detail: { omitted: 'too long', bytes: 100_011 } },
        { ...entry, seq: 1, detail: { before: null, after: { priority: 1 } } },
      ]);
      expect((await records.listAudit(1)).map(({ seq }) => seq)).toEqual([2]);
    });

    test('pruning spares what still matters', async () => {
      const { records } = await bench.make();
      await records.beginEffect('old');
      const text = await records.putText('old');
      await records.keepKey('old', { operation: 'o', bodyHash: 'h', workflowId: 'w' });
      for (const status of ['done', 'dead', 'cancelled', 'stuck', 'running'] as const) {
        await records.putTaskState(status, { status });
      }
      await records.putTaskState('odd', { status: 'done', anomaly: 'finished without moving' });
      await records.appendAudit({ at: 0, channel: 'c', actor: 'a', action: 'x', subject: 's', detail: {} });
      bench.pass(DAY_MS);
      expect(await records.prune(bench.now())).toBe(3);
      expect(await records.getText(text)).toBeNull();
      expect(await records.getKey('old')).not.toBeNull();
      expect(await records.getTaskState('done')).toBeNull();
      expect((await records.listTaskStates({ limit: 10 })).length).toBe(5);
      expect((await records.listAudit(10)).length).toBe(7);
      bench.pass(IDEMPOTENCY_KEPT_MS);
      expect(await records.prune(START_MS + 1)).toBe(1);
    });
  });
}
