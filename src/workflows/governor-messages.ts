import { setHandler } from '@temporalio/workflow';
import { roomOf } from '../core/policy/governor/room.ts';
import type { AdmitAnswer, ReleaseAnswer } from '../core/policy/governor/state.ts';
import { type Supposed, whyOf } from '../core/policy/governor/why.ts';
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
  setHandler(messages.statusQuery, () => shell.state());
  setHandler(messages.killSwitchQuery, () => shell.state().brake, { description: 'Is the brake armed?' });
  setHandler(messages.whyQuery, (question = {}) => whyOf(shell.state(), supposedBy(question), now()), {
    description: 'Why does a task wait, or what would keep a new one back?',
  });
  setHandler(messages.roomQuery, (pool) => roomOf(shell.state(), pool, now()));
  handleOperators(shell, now);
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
    const { reason = 'no reason given', by = 'unknown' } = request;
    shell.apply({ kind: 'arm', now: now(), reason, by, stopRunning: request.now === true });
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
