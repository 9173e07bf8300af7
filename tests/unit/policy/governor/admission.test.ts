import { expect, test } from 'vitest';
import {
  RELEASED_LEASES_KEPT_MAX,
  WAITING_LINE_CHARS_MAX,
  WAITING_LINE_MAX,
} from '../../../../src/core/limits.ts';
import { reduce } from '../../../../src/core/policy/governor/reduce.ts';
import {
  admitAll,
  after,
  aGovernor,
  aRequest,
  armed,
  ask,
  hostUp,
  reasonOf,
  released,
  T0,
} from './builders.ts';

test('a free slot is granted at once, with the epoch and the room that is left, and no Signal', () => {
  const { answer, effects } = ask(aGovernor(2), aRequest('a'));
  const room = { pool: 'routes', free: 1, slots: 2, open: ['task-a'], waiting: [] };
  expect(answer).toEqual({ kind: 'granted', leaseId: 'a', epoch: 0, grantedAt: T0, room });
  expect(effects).toEqual([]);
});

test('no more than the limit run at once; the rest wait and hear their place (R-ART-006, R-SYS-017)', () => {
  const full = admitAll(aGovernor(2), aRequest('a'), aRequest('b'), aRequest('c'));
  const { answer } = ask(full, aRequest('d'));
  expect(answer).toMatchObject({ kind: 'waiting', blocked: { code: 'no-slot', position: 2 } });
  expect(reasonOf(answer)).toBe('no-slot: waiting for a slot: 2 of 2 in use, 1 ahead in line');
  expect(answer.room).toMatchObject({ free: 0, slots: 2, open: ['task-a', 'task-b', 'task-c', 'task-d'] });
});

test('a released slot goes to the first in line by Signal, which stays unconfirmed until it arrived', () => {
  const full = admitAll(aGovernor(1), aRequest('a'), aRequest('late', { order: [1, 0] }), aRequest('first'));
  const { state, effects } = reduce(full, released('a'));
  expect(effects[0]).toEqual({
    kind: 'send-grant',
    leaseId: 'first',
    workflowId: 'task/shop/first',
    epoch: 0,
    grantedAt: T0,
  });
  expect(state.leases.first?.unconfirmed).toBe(true);
  const told = after(state, { kind: 'grant-delivered', now: T0, leaseId: 'first' });
  expect(told.leases.first?.unconfirmed).toBe(false);
});

test('the line is served by route, then board position, then arrival (R-ART-037, R-ART-039, R-ART-040)', () => {
  const requests = [
    aRequest('todo-2', { order: [2, 1] }),
    aRequest('todo-1', { order: [2, 0] }),
    aRequest('qa', { order: [0, 9] }),
    aRequest('engineering', { order: [1, 0] }),
    aRequest('todo-1-later', { order: [2, 0] }),
  ];
  let state = admitAll(aGovernor(1), aRequest('running'), ...requests);
  const served: string[] = [];
  for (let holder = 'running'; ; ) {
    state = after(state, released(holder));
    const next = Object.keys(state.leases)[0];
    if (next === undefined) break;
    served.push(next);
    holder = next;
  }
  expect(served).toEqual(['qa', 'engineering', 'todo-1', 'todo-1-later', 'todo-2']);
});

test('asking again under the same lease id answers what became of it', () => {
  const state = admitAll(aGovernor(1), aRequest('a'), aRequest('b'));
  expect(ask(state, aRequest('a'))).toMatchObject({ state, answer: { kind: 'granted', epoch: 0 } });
  expect(ask(state, aRequest('b'))).toMatchObject({ state, answer: { kind: 'waiting' } });
  const done = after(state, released('a'));
  expect(ask(done, aRequest('b'))).toMatchObject({ state: done, answer: { kind: 'granted' } });
  expect(ask(done, aRequest('a'))).toMatchObject({ state: done, answer: { kind: 'released' } });
});

test('releasing twice, or what nobody knows, changes nothing but the memory of ended ids', () => {
  const state = admitAll(aGovernor(1), aRequest('a'));
  const first = reduce(state, released('a'));
  expect(first.answer).toEqual({ room: { pool: 'routes', free: 1, slots: 1, open: [], waiting: [] } });
  expect(reduce(first.state, released('a'))).toMatchObject({
    state: first.state,
    effects: [],
    answer: first.answer,
  });
  const unknown = reduce(first.state, released('never-seen'));
  expect(unknown.state.leases).toEqual({});
  expect(ask(unknown.state, aRequest('never-seen')).answer.kind).toBe('released');
});

test('only the last released ids are remembered', () => {
  const ids = Array.from({ length: RELEASED_LEASES_KEPT_MAX + 5 }, (_, index) => `L${index}`);
  const state = after(aGovernor(1), ...ids.map((id) => released(id)));
  expect(state.released).toHaveLength(RELEASED_LEASES_KEPT_MAX);
  expect(state.released.at(-1)).toBe(ids.at(-1));
});

test('a given up admission frees its slot or its place, and is never granted later', () => {
  const state = admitAll(aGovernor(1), aRequest('a'), aRequest('b'), aRequest('c'));
  const left = after(
    state,
    { kind: 'withdraw', now: T0, leaseId: 'b' },
    { kind: 'withdraw', now: T0, leaseId: 'a' },
  );
  expect(Object.keys(left.leases)).toEqual(['c']);
  expect(left.waiting).toEqual([]);
  expect(ask(left, aRequest('b')).answer.kind).toBe('released');
});

test('a grant that finds no workflow frees the slot; a confirmed one stays', () => {
  const state = after(admitAll(aGovernor(1), aRequest('a'), aRequest('b'), aRequest('c')), released('a'));
  expect(Object.keys(state.leases)).toEqual(['b']);
  const gone = reduce(state, { kind: 'grant-undeliverable', now: T0, leaseId: 'b' });
  expect(gone.effects).toContainEqual({
    kind: 'send-grant',
    leaseId: 'c',
    workflowId: 'task/shop/c',
    epoch: 0,
    grantedAt: T0,
  });
  const used = after(gone.state, { kind: 'grant-delivered', now: T0, leaseId: 'c' });
  expect(after(used, { kind: 'grant-undeliverable', now: T0, leaseId: 'c' })).toEqual(used);
});

test('a finished task competes with those in line for its own slot (R-ART-040, R-ART-059)', () => {
  const state = admitAll(aGovernor(1), aRequest('a'), aRequest('todo', { order: [2, 0] }));
  const ahead = reduce(state, {
    kind: 'release',
    now: T0,
    request: { leaseId: 'a', next: aRequest('qa', { order: [0, 0] }) },
  });
  expect(ahead.answer.next).toMatchObject({ kind: 'granted', leaseId: 'qa' });
  expect(ahead.effects).toEqual([]);
  const behind = reduce(state, {
    kind: 'release',
    now: T0,
    request: { leaseId: 'a', next: aRequest('slow', { order: [3, 0] }) },
  });
  expect(behind.answer.next).toMatchObject({ kind: 'waiting', blocked: { position: 1 } });
  expect(Object.keys(behind.state.leases)).toEqual(['todo']);
});

test('a full line turns newcomers away, but not one that may start at once', () => {
  const crowd = Array.from({ length: WAITING_LINE_MAX }, (_, index) => aRequest(`w${index}`));
  const state = admitAll(aGovernor(1), aRequest('a'), ...crowd);
  expect(state.waiting).toHaveLength(WAITING_LINE_MAX);
  const { answer, state: same } = ask(state, aRequest('late'));
  expect(reasonOf(answer)).toBe('line-full: the waiting line is full (500 at most); try again later');
  expect(same.waiting).toHaveLength(WAITING_LINE_MAX);
  const other = after(state, { kind: 'pool-limit', now: T0, pool: 'dispatch', limit: 1 }, hostUp('h2', 1));
  expect(ask(other, aRequest('call', { pool: 'dispatch' })).answer.kind).toBe('granted');
});

test('very long names fill the line earlier', () => {
  const route = 'q'.repeat(500);
  const crowd = Array.from({ length: WAITING_LINE_MAX }, (_, index) => aRequest(`w${index}`, { route }));
  const state = admitAll(aGovernor(1), aRequest('a'), ...crowd);
  expect(state.waiting.length).toBeLessThan(WAITING_LINE_CHARS_MAX / 500);
});

test('a synchronous call is refused on brake and pause, and waits for slots (R-SYS-019)', () => {
  const call = aRequest('call', { ifBlocked: 'refuse', route: null, taskId: null });
  const full = admitAll(aGovernor(1), aRequest('a'));
  expect(ask(full, call).answer.kind).toBe('waiting');
  expect(reasonOf(ask(after(full, armed()), call).answer)).toBe(
    'brake: the brake is armed by ann: costs too much',
  );
  const paused = after(full, {
    kind: 'pause',
    now: T0,
    pause: { scope: 'agent', name: 'engineer', reason: null, by: 'ann' },
  });
  const { answer, state } = ask(paused, call);
  expect(reasonOf(answer)).toBe('paused: agent "engineer" is paused by ann');
  expect(state).toEqual(paused);
});

test('a synchronous call in line is turned away when the brake comes over it', () => {
  const call = aRequest('call', { ifBlocked: 'refuse' });
  const state = admitAll(aGovernor(1), aRequest('a'), call, aRequest('b'));
  const { state: left, effects } = reduce(state, armed());
  const blocked = { code: 'brake', text: 'the brake is armed by ann: costs too much' };
  expect(effects).toContainEqual({
    kind: 'send-refusal',
    leaseId: 'call',
    workflowId: 'task/shop/call',
    blocked,
  });
  expect(left.waiting.map(({ leaseId }) => leaseId)).toEqual(['b']);
});

test('one decision over a full line and a hundred leases takes a fraction of a millisecond', () => {
  const crowd = Array.from({ length: 590 }, (_, index) =>
    aRequest(`w${index}`, { order: [index % 7, index] }),
  );
  let state = admitAll(aGovernor(100), ...crowd);
  const rounds = 300;
  // Of the processor: what else a busy machine does meanwhile is not ours.
  const before = process.cpuUsage();
  for (let round = 0; round < rounds; round += 1) {
    const holder = Object.keys(state.leases)[0] ?? '';
    state = ask(after(state, released(holder)), aRequest(`n${round}`, { order: [round % 7, round] })).state;
  }
  const { user, system } = process.cpuUsage(before);
  // Two decisions a round.
  expect((user + system) / 1000 / (rounds * 2)).toBeLessThan(2);
});

test('who waits in line and then asks for another route waits there; who holds a slot keeps it (R-ART-036)', () => {
  const line = admitAll(aGovernor(1), aRequest('a'), aRequest('moved', { route: 'Todo' }), aRequest('next'));
  const moved = ask(line, aRequest('moved', { route: 'QA', agent: 'tester', order: [5, 0] }));
  expect(moved.answer).toMatchObject({ kind: 'waiting', blocked: { position: 2 } });
  expect(moved.state.waiting.map(({ leaseId, route }) => [leaseId, route])).toEqual([
    ['next', expect.anything()],
    ['moved', 'QA'],
  ]);
  expect(ask(moved.state, aRequest('a', { route: 'QA' })).answer).toMatchObject({ kind: 'granted' });
  expect(ask(moved.state, aRequest('a', { route: 'QA' })).state.leases.a?.route).toBe(line.leases.a?.route);
});
