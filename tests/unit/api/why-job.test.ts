import { expect, test } from 'vitest';
import { whyJob } from '../../../src/api/why-job.ts';
import { newJob } from '../../../src/core/policy/dispatch/new-job.ts';
import { initialGovernor } from '../../../src/core/policy/governor/initial.ts';
import { reduce } from '../../../src/core/policy/governor/reduce.ts';
import type { GovernorState } from '../../../src/core/policy/governor/state.ts';
import { NO_MODEL_OPTIONS } from '../../../src/core/schema/model-options.ts';

const NOW = 1_000_000;
const host = { hostId: 'h', hostname: 'h', pid: 1, bootId: 'b', slots: 5, lastSeen: NOW };
const job = newJob({
  ...{ jobId: 'a'.repeat(32), mode: 'async', sessionId: 's', resume: false, now: NOW },
  request: {
    ...{ agent: 'db', task: 't', context: '', caller: '', goal: '', group: '' },
    ...{ responseFormat: 'text', timeoutSeconds: null },
  },
  spec: {
    ...{ kind: 'claude-cli', directory: '/d', command: [], timeoutSeconds: 300, maxBudgetUsd: null },
    ...{ maxDispatchDepth: 3, options: NO_MODEL_OPTIONS },
  },
  origin: { parentRunId: null, chain: [], taskId: null },
});
const governor: GovernorState = {
  ...initialGovernor({ project: 'p', pools: { dispatch: 1 }, now: NOW, knownHosts: [] }),
  hosts: { h: { hostId: 'h', slots: 5, lastSeen: NOW, ackedEpoch: 1, runs: [] } },
  warmUp: null,
};
const facts = { job, workflowId: 'dispatch/p/a', turnBefore: null, governor, hosts: [host], now: NOW };

test.each([
  ['it runs', { job: { ...job, status: 'running' as const, runId: 'r', startedAt: NOW } }, 'running'],
  ['it is over', { job: { ...job, status: 'done' as const, completedAt: NOW } }, 'finished'],
  ['it was called off', { job: { ...job, status: 'cancelled' as const, completedAt: NOW } }, 'cancelled'],
  ['no worker is up', { hosts: [{ ...host, lastSeen: 0 }] }, 'no-host'],
  ['nothing holds it back', {}, 'starting'],
  ['the brake is armed', { governor: { ...governor, brake: { ...governor.brake, armed: true } } }, 'brake'],
  [
    'its account is at its limit',
    {
      account: 'claude',
      governor: {
        ...governor,
        pauses: [
          {
            scope: 'account' as const,
            name: 'claude',
            reason: 'limit',
            by: 'dispatch',
            at: NOW,
            until: NOW + 1_000,
          },
        ],
      },
    },
    'usage-limit',
  ],
  ['its conversation is busy', { turnBefore: 'b'.repeat(32) }, 'no-slot'],
])('a dispatch says one reason: %s (R-AD-123)', (_, change, code) => {
  expect(whyJob({ ...facts, ...change }).code).toBe(code);
});

test('a dispatch in line says its place (R-AD-123)', () => {
  const ask = (leaseId: string, workflowId: string) => ({
    ...{ leaseId, workflowId, taskId: null, pool: 'dispatch', route: null, agent: 'db' },
    ...{ order: [0, NOW] as const, ifBlocked: 'wait' as const },
  });
  let state = reduce(governor, { kind: 'admit', request: ask('1', 'x'), now: NOW }).state;
  state = reduce(state, { kind: 'admit', request: ask('2', 'dispatch/p/a'), now: NOW }).state;
  expect(whyJob({ ...facts, governor: state })).toMatchObject({ code: 'no-slot' });
});
