import { setHandler } from '@temporalio/workflow';
import { heldBy } from '../core/policy/governor/lease.ts';
import { roomOf } from '../core/policy/governor/room.ts';
import { allowanceOf } from '../core/policy/governor/spend.ts';
import type { AdmitAnswer, ReleaseAnswer } from '../core/policy/governor/state.ts';
import { type Supposed, whyOf } from '../core/policy/governor/why.ts';
import { CAP_PERIODS } from '../core/policy/money/caps.ts';
import type { CapTarget, MoneyPolicy } from '../core/policy/money/money-state.ts';
import { ROUTES_POOL } from '../core/policy/pools.ts';
import type { Shell } from './governor.ts';
import * as messages from './messages.ts';

/** Registers every handler; all are synchronous, so each is one atomic decision. */
export function handleMessages(shell: Shell): void {
  const now = () => Date.now();
  setHandler(
    messages.admitUpdate,
    (request) => shell.apply({ kind: 'admit', now: now(), request }) as AdmitAnswer,
    {
      description: 'Ask for a slot',
    },
  );
  setHandler(
    messages.releaseUpdate,
    (request) => shell.apply({ kind: 'release', now: now(), request }) as ReleaseAnswer,
    { description: 'Give a slot back' },
  );
  setHandler(
    messages.spendUpdate,
    ({ leaseId, microUsd }) => {
      shell.apply({ kind: 'spend', now: now(), leaseId, microUsd });
      return { allowanceMicroUsd: allowanceOf(shell.state(), leaseId) };
    },
    { description: 'What a run has spent so far' },
  );
  setHandler(
    messages.withdrawSignal,
    ({ leaseId }) => void shell.apply({ kind: 'withdraw', now: now(), leaseId }),
  );
  setHandler(messages.hostUpSignal, (host) => void shell.apply({ kind: 'host-up', now: now(), ...host }));
  setHandler(
    messages.hostDownSignal,
    ({ hostId }) => void shell.apply({ kind: 'host-down', now: now(), hostId }),
  );
  setHandler(
    messages.hostForgetSignal,
    ({ hostId }) => void shell.apply({ kind: 'host-forget', now: now(), hostId }),
  );
  setHandler(
    messages.poolLimitSignal,
    (pool) => void shell.apply({ kind: 'pool-limit', now: now(), ...pool }),
  );
  setHandler(messages.policySignal, (policy) => void takePolicy(shell, policy));
  setHandler(messages.statusQuery, () => shell.state());
  setHandler(messages.killSwitchQuery, () => shell.state().brake, { description: 'Is the brake armed?' });
  setHandler(messages.budgetQuery, () => shell.state().budget ?? null, { description: 'What was spent?' });
  setHandler(messages.whyQuery, (question = {}) => whyOf(shell.state(), supposedBy(question), now()), {
    description: 'Why does a task wait, or what would keep a new one back?',
  });
  setHandler(messages.heldQuery, (leaseId) => heldBy(shell.state(), leaseId));
  setHandler(messages.roomQuery, (pool) => roomOf(shell.state(), pool, now()));
  handleOperators(shell, now);
}

/** What is no cap must not become one. */
function isCap(target: CapTarget | undefined, microUsd: unknown): boolean {
  const isAmount = microUsd === null || (Number.isSafeInteger(microUsd) && (microUsd as number) >= 0);
  const isTarget =
    target?.scope === 'agent'
      ? typeof target.name === 'string'
      : target?.scope === 'project' && CAP_PERIODS.includes(target.period);
  return isAmount && isTarget;
}

function takePolicy(shell: Shell, policy: MoneyPolicy): void {
  if (typeof policy?.breaker === 'object' && typeof policy.budget === 'object')
    shell.apply({ kind: 'policy', now: Date.now(), policy });
}

/** Signals come unchecked: what is no time of a calendar must not stop the governor. */
const isMoment = (ms: unknown): ms is number =>
  typeof ms === 'number' && !Number.isNaN(new Date(ms).getTime());

const supposedBy = (question: messages.WhyQuestion): Supposed => ({
  ...{ taskId: null, pool: ROUTES_POOL, route: null, agent: '' },
  ...question,
  order: [Number.MAX_SAFE_INTEGER, 0],
});

/** The operator's verbs, each as Update and as Signal of the same effect. */
function handleOperators(shell: Shell, now: () => number): void {
  const arm = (request: messages.ArmRequest = {}) => {
    const { reason = 'no reason given', by = 'unknown', at } = request;
    const said = isMoment(at) ? { at } : {};
    shell.apply({ kind: 'arm', now: now(), reason, by, stopRunning: request.now === true, ...said });
    return { epoch: shell.state().brake.epoch };
  };
  const disarm = (request: { by?: string } = {}) => {
    shell.apply({ kind: 'disarm', now: now(), by: request.by ?? 'unknown' });
    return { epoch: shell.state().brake.epoch };
  };
  const pause = ({ scope, name = null, reason = null, by = 'unknown', until }: messages.PauseRequest) => {
    const end = isMoment(until) ? { until } : {};
    shell.apply({ kind: 'pause', now: now(), pause: { scope, name, reason, by, ...end } });
  };
  const unpause = ({ scope, name = null }: messages.UnpauseRequest) => {
    shell.apply({ kind: 'unpause', now: now(), scope, name });
  };
  const setBudget = ({ target, microUsd }: messages.SetBudgetRequest) => {
    if (isCap(target, microUsd)) shell.apply({ kind: 'set-cap', now: now(), target, microUsd });
  };
  setHandler(messages.setBudgetUpdate, setBudget, { description: 'Set a cap' });
  setHandler(messages.setBudgetSignal, setBudget, { description: 'Set a cap' });
  setHandler(messages.armUpdate, arm, { description: 'Stop every new run' });
  setHandler(messages.armSignal, (request) => void arm(request), { description: 'Stop every new run' });
  setHandler(messages.disarmUpdate, disarm, { description: 'Let runs start again' });
  setHandler(messages.disarmSignal, (request) => void disarm(request), {
    description: 'Let runs start again',
  });
  setHandler(messages.pauseUpdate, pause, { description: 'Pause the project, a route or an agent' });
  setHandler(messages.pauseSignal, pause, { description: 'Pause the project, a route or an agent' });
  setHandler(messages.unpauseUpdate, unpause, { description: 'End a pause' });
  setHandler(messages.unpauseSignal, unpause, { description: 'End a pause' });
}
