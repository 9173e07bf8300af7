import { REASON_LENGTH_MAX } from '../../limits.ts';
import { clearBreakers, overEffects } from './breaker.ts';
import type { GovernorChange, GovernorEffect, GovernorEvent } from './events.ts';
import type { Brake, GovernorState, Host } from './state.ts';
import { liveHosts } from './stock.ts';

type Event<K extends GovernorEvent['kind']> = Extract<GovernorEvent, { kind: K }>;

const OPERATOR = { kind: 'persist', part: 'operator' } as const;
/** Who arms the kill switch when no person does. */
export const AUTO = 'auto';
/** Before anything else: a governor lost the next moment must come back armed. */
const BRAKE = { kind: 'persist', part: 'brake' } as const;

/** Stops all grants and tells every live host; arming again counts anew, so that `stopRunning` gets through. */
export function arm(state: GovernorState, order: Event<'arm'>): GovernorChange {
  const { now, reason, by, stopRunning, at = now } = order;
  const { brake } = state;
  // A second, milder order must not take back the first one before every host has heard it.
  const stop = stopRunning || (brake.armed && brake.stopRunning === true);
  const epoch = brake.epoch + 1;
  return turn(state, now, {
    ...{ armed: true, epoch, reason: clip(reason), by: clip(by), at: Math.min(at, now), stopRunning: stop },
  });
}

/**
 * Lets grants go on and forgets what agents failed at (R-PROD-063); not armed = the epoch stays, so that runs about to
 * start keep a valid one.
 */
export function disarm(before: GovernorState, { now, by }: Event<'disarm'>): GovernorChange {
  const state = clearBreakers(before);
  if (!state.brake.armed)
    return { state, effects: state === before ? [] : [OPERATOR, ...overEffects(before)] };
  const epoch = state.brake.epoch + 1;
  const turned = turn(state, now, { armed: false, epoch, reason: null, by: clip(by), at: now });
  return { ...turned, effects: [...turned.effects, ...overEffects(before)] };
}

/**
 * A host knows a newer epoch than we do (our saved state was lost): count on from there, else no host would
 * believe us and no run could start.
 */
export function catchUpWith(state: GovernorState, epoch: number | null, now: number): GovernorChange {
  if (epoch === null || epoch <= state.brake.epoch) return { state, effects: [] };
  return turn(state, now, { ...state.brake, epoch: epoch + 1 });
}

/** Tells one host the brake's present state. */
export function epochEffect({ brake }: GovernorState, { hostId }: Pick<Host, 'hostId'>): GovernorEffect {
  const { epoch, armed, stopRunning = false, by, reason } = brake;
  const auto = armed && by === AUTO && reason !== null ? { autoReason: reason } : {};
  return { kind: 'apply-epoch', hostId, epoch, armed, stopRunning, ...auto };
}

function turn(state: GovernorState, now: number, brake: Brake): GovernorChange {
  const turned = { ...state, brake };
  const effects = liveHosts(turned, now).map((host) => epochEffect(turned, host));
  return { state: turned, effects: brake.armed ? [BRAKE, ...effects] : [...effects, OPERATOR] };
}

/** Signals come unchecked; the brake must not be too large to carry. */
const clip = (text: string): string => text.slice(0, REASON_LENGTH_MAX);
