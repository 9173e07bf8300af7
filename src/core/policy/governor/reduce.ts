import { assertNever } from '../../errors.ts';
import { admit } from './admit.ts';
import { arm, disarm } from './brake.ts';
import type { GovernorChange, GovernorEffect, GovernorEvent, GovernorStep } from './events.ts';
import { grantStartable } from './grant.ts';
import { confirmGrant, dropUndeliverable } from './grant-delivery.ts';
import { epochConfirmed, hostDown, hostForget, hostUp } from './host.ts';
import { endLease } from './lease.ts';
import { pause, unpause } from './pause.ts';
import { takeCap, takePolicy } from './policy.ts';
import { turnAway } from './refusal.ts';
import { release } from './release.ts';
import { noteSpend } from './spend.ts';
import type { AdmitAnswer, GovernorState, ReleaseAnswer } from './state.ts';
import { tellBudget } from './tell-budget.ts';
import { awake } from './wake.ts';

/** The state after an event, and what is to be done about it. */
export interface Reduction extends GovernorStep {
  readonly state: GovernorState;
}

/** The answer that belongs to an event. */
export type AnswerTo<E extends GovernorEvent> = E extends { kind: 'admit' }
  ? { readonly answer: AdmitAnswer }
  : E extends { kind: 'release' }
    ? { readonly answer: ReleaseAnswer }
    : object;

/**
 * The whole governor as one pure function: every start path, the brake, pauses and hosts pass through here, one
 * event after the other, so no two decisions can be taken on the same slot.
 */
export function reduce<E extends GovernorEvent>(state: GovernorState, event: E): Reduction & AnswerTo<E> {
  const woken = awake(state, event.now);
  const decided = decide(woken, event);
  const told = tellBudget(state, decided.state, event.now);
  const ended = woken.pauses === state.pauses ? [] : [PAUSES];
  const effects = [...ended, ...decided.effects, ...told.effects];
  return { ...decided, state: told.state, effects } as Reduction & AnswerTo<E>;
}

const PAUSES: GovernorEffect = { kind: 'persist', part: 'operator' };

function decide(state: GovernorState, event: GovernorEvent): Reduction {
  switch (event.kind) {
    case 'admit':
      return admit(state, event.request, event.now);
    case 'release':
      return release(state, event.request, event.now);
    default: {
      const change = changeOf(state, event);
      const kept = turnAway(change.state);
      const granted = grantStartable(kept.state, event.now);
      return { state: granted.state, effects: [...change.effects, ...kept.effects, ...granted.effects] };
    }
  }
}

function changeOf(
  state: GovernorState,
  event: Exclude<GovernorEvent, { kind: 'admit' | 'release' }>,
): GovernorChange {
  switch (event.kind) {
    case 'withdraw':
      return { state: endLease(state, event.leaseId), effects: [] };
    case 'grant-delivered':
      return confirmGrant(state, event);
    case 'grant-undeliverable':
      return dropUndeliverable(state, event);
    case 'arm':
      return arm(state, event);
    case 'disarm':
      return disarm(state, event);
    case 'pause':
      return pause(state, event);
    case 'unpause':
      return unpause(state, event);
    case 'policy':
      return takePolicy(state, event);
    case 'set-cap':
      return takeCap(state, event);
    case 'pool-limit':
      return limitPool(state, event);
    case 'host-up':
      return hostUp(state, event);
    case 'host-down':
      return hostDown(state, event);
    case 'host-forget':
      return hostForget(state, event);
    case 'epoch-confirmed':
      return epochConfirmed(state, event);
    case 'spend':
      return noteSpend(state, event);
    case 'tick':
      return { state, effects: state.waiting.length === 0 ? [] : [LINE] };
    default:
      return assertNever(event);
  }
}

const LINE: GovernorEffect = { kind: 'persist', part: 'line' };

function limitPool(
  state: GovernorState,
  { pool, limit }: Extract<GovernorEvent, { kind: 'pool-limit' }>,
): GovernorChange {
  const pools = { ...state.pools, [pool]: { limit: Math.max(0, Math.floor(limit)) } };
  return { state: { ...state, pools }, effects: [{ kind: 'persist', part: 'operator' }] };
}
