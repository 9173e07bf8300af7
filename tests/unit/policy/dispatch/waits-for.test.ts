import { expect, test } from 'vitest';
import { turnInTheWay, waitsFor } from '../../../../src/core/policy/dispatch/waits-for.ts';
import type { OpenJob } from '../../../../src/core/schema/job.ts';

/** An open job: its run is named like it once it has one. */
function open(jobId: string, fields: Partial<OpenJob> & { readonly waits?: true } = {}): OpenJob {
  const { waits, ...rest } = fields;
  return {
    ...{ jobId, mode: 'sync', status: 'running', createdAt: 0, startedAt: 0, parentId: null },
    ...{ sessionId: `of-${jobId}`, parentRunId: null, runId: waits ? null : jobId },
    ...rest,
  };
}
const turn = (jobId: string, sessionId: string, fields: Parameters<typeof open>[1] = {}) =>
  open(jobId, { mode: 'session', sessionId, ...fields });

const ours = open('ours');

test.each<[string, readonly OpenJob[], object | null]>([
  ['a free conversation', [ours], null],
  ['behind a turn that runs for somebody else', [ours, turn('a', 's')], null],
  ['behind a turn in line of nobody', [ours, turn('a', 's', { waits: true })], { kind: 'line', jobId: 'a' }],
  ['behind a turn of our own', [ours, turn('a', 's', { waits: true, parentRunId: 'ours' })], null],
  ['behind a turn in a slot that is lent', [ours, turn('a', 's', { waits: true, parentRunId: 'b' })], null],
  ['its own conversation', [turn('ours', 's')], { kind: 'circle', jobId: 'ours' }],
  [
    'the conversation of whoever waits for it',
    [turn('top', 's'), open('middle', { parentRunId: 'top' }), open('ours', { parentRunId: 'middle' })],
    { kind: 'circle', jobId: 'top' },
  ],
  [
    'the conversation of whoever handed it out',
    [turn('top', 's'), open('ours', { parentRunId: 'top', mode: 'async' })],
    null,
  ],
  [
    'a conversation that waits for a turn of its own one',
    [turn('ours', 'own'), turn('theirs', 's'), turn('asked', 'own', { waits: true, parentRunId: 'theirs' })],
    { kind: 'circle', jobId: 'theirs' },
  ],
])('%s is found to be in the way or not (R-AD-077, R-SYS-016)', (_, jobs, found) => {
  expect(turnInTheWay(jobs, { sessionId: 's', runId: 'ours' })).toEqual(found);
});

test('a circle among others is looked through once', () => {
  const jobs = [open('a', { parentRunId: 'b' }), open('b', { parentRunId: 'a' }), ours];
  expect(waitsFor(jobs, jobs[0]!, 'ours')).toBe(false);
});
