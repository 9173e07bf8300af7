import { expect, test } from 'vitest';
import { reduce } from '../../../../src/core/policy/governor/reduce.ts';
import { admitAll, after, aGovernor, aRequest, ask, reasonOf, released, T0 } from './builders.ts';

const aChild = (leaseId: string, parentLeaseId = 'parent') =>
  aRequest(leaseId, { parentLeaseId, order: [9, 0] });

test('a waiting run lends its slot to its child, so nesting cannot deadlock', () => {
  const full = admitAll(aGovernor(1), aRequest('parent'), aRequest('stranger'));
  const { answer } = ask(full, aChild('child'));
  expect(answer).toMatchObject({ kind: 'granted', room: { free: 0 } });
});

test('one slot is lent to one child at a time, the next gets it when the first has ended', () => {
  const one = admitAll(aGovernor(1), aRequest('parent'), aChild('first'));
  const { answer, state } = ask(one, aChild('second'));
  expect(reasonOf(answer)).toBe('no-slot: waiting for a slot: 1 of 1 in use, next in line');
  const { effects } = reduce(state, released('first'));
  expect(effects[0]).toMatchObject({ kind: 'send-grant', leaseId: 'second' });
});

test('a child in a lent slot leaves the rest of the pool to others, and its end gives nothing away', () => {
  const two = admitAll(aGovernor(2), aRequest('parent'), aChild('child'));
  expect(ask(two, aRequest('other')).answer.kind).toBe('granted');
  const full = admitAll(two, aRequest('other'), aRequest('late'));
  const back = after(full, released('child'));
  expect(Object.keys(back.leases)).toEqual(['parent', 'other']);
});

test('further children take ordinary slots while there are any', () => {
  const state = admitAll(
    aGovernor(2),
    aRequest('parent'),
    aChild('first'),
    aChild('second'),
    aChild('third'),
  );
  expect(Object.keys(state.leases)).toEqual(['parent', 'first', 'second']);
  expect(state.waiting.map(({ leaseId }) => leaseId)).toEqual(['third']);
});

test('a grandchild borrows from the child', () => {
  const state = admitAll(aGovernor(1), aRequest('parent'), aChild('child'), aChild('grandchild', 'child'));
  expect(Object.keys(state.leases)).toEqual(['parent', 'child', 'grandchild']);
});

test('a child that outlives its parent takes over the slot', () => {
  const state = after(admitAll(aGovernor(1), aRequest('parent'), aChild('child')), released('parent'));
  expect(ask(state, aRequest('next')).answer.kind).toBe('waiting');
  expect(Object.keys(after(state, released('child')).leases)).toEqual([]);
});

test('a parent that holds no lease has nothing to lend, and nobody is his own parent', () => {
  const full = admitAll(aGovernor(1), aRequest('a'));
  expect(ask(full, aChild('orphan', 'gone')).answer.kind).toBe('waiting');
  expect(ask(full, aChild('self', 'self')).answer.kind).toBe('waiting');
});

test('a pause holds a child back, too (R-SYS-020)', () => {
  const pause = { scope: 'agent', name: 'engineer', reason: 'review', by: 'ann' } as const;
  const state = after(admitAll(aGovernor(1), aRequest('parent')), { kind: 'pause', now: T0, pause });
  expect(reasonOf(ask(state, aChild('child')).answer)).toBe(
    'paused: agent "engineer" is paused by ann: review',
  );
});
