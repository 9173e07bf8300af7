import { expect, test } from 'vitest';
import { reduce } from '../../../../src/core/policy/governor/reduce.ts';
import { BREAKER_DEFAULTS } from '../../../../src/core/policy/money/policy-of.ts';
import { aPolicy } from '../money/builders.ts';
import { admitAll, after, aGovernor, aRequest, ask, T0 } from './builders.ts';

const escalated = ({ effects }: Pick<ReturnType<typeof reduce>, 'effects'>) =>
  effects.flatMap((effect) => (effect.kind === 'escalate-budget' ? effect.taskId : []));

test('money that is only held for a run under way hands nobody’s task to a person (R-PROD-049)', () => {
  const budget = aPolicy({ agents: { engineer: { cap: 10, reservation: 6, escalates: true } } });
  const capped = after(aGovernor(9), {
    ...{ kind: 'policy', now: T0 },
    policy: { budget, breaker: BREAKER_DEFAULTS },
  });
  const waits = ask(admitAll(capped, aRequest('a')), aRequest('b'));
  expect(waits.answer).toMatchObject({ kind: 'waiting', blocked: { code: 'budget' } });
  expect(escalated(waits)).toEqual([]);
  const over = (costMicroUsd: number) =>
    reduce(waits.state, {
      ...{ kind: 'release', now: T0 },
      request: { leaseId: 'a', usage: { costMicroUsd, outcome: 'ok' } },
    });
  expect([escalated(over(1)), Object.keys(over(1).state.leases)]).toEqual([[], ['b']]);
  expect(escalated(over(5))).toEqual(['task-b']);
});
