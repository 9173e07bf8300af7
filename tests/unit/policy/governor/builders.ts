import type { GovernorEvent } from '../../../../src/core/policy/governor/events.ts';
import { initialGovernor } from '../../../../src/core/policy/governor/initial.ts';
import { reduce } from '../../../../src/core/policy/governor/reduce.ts';
import type { AdmitAnswer, AdmitRequest, GovernorState } from '../../../../src/core/policy/governor/state.ts';

/** A moment; what it is does not matter. */
export const T0 = 1_800_000_000_000;

/** A request for a slot, with only the fields that matter in a test. */
export function aRequest(leaseId: string, fields: Partial<AdmitRequest> = {}): AdmitRequest {
  return {
    leaseId,
    workflowId: `task/shop/${leaseId}`,
    taskId: `task-${leaseId}`,
    pool: 'routes',
    route: 'Todo',
    agent: 'engineer',
    order: [0, 0],
    ifBlocked: 'wait',
    ...fields,
  };
}

/** A governor with one pool and one live host with as many slots. */
export function aGovernor(limit: number, hostSlots = limit): GovernorState {
  const fresh = initialGovernor({ project: 'shop', pools: { routes: limit }, knownHosts: [], now: T0 });
  return after(
    fresh,
    { kind: 'host-up', now: T0, hostId: 'h1', slots: hostSlots, runs: [] },
    confirm('h1', 0),
  );
}

export const confirm = (hostId: string, epoch: number): GovernorEvent => ({
  kind: 'epoch-confirmed',
  now: T0,
  hostId,
  epoch,
});

/** A host's report; `epoch` is what it knows of the brake, null right after a restart. */
export function hostUp(
  hostId: string,
  slots: number,
  now = T0,
  runs: readonly string[] = [],
  epoch?: number | null,
): GovernorEvent {
  return { kind: 'host-up', now, hostId, slots, runs, ...(epoch === undefined ? {} : { epoch }) };
}

export const armed = (now = T0, stopRunning = false): GovernorEvent => ({
  kind: 'arm',
  now,
  reason: 'costs too much',
  by: 'ann',
  stopRunning,
});

export const disarmed = (now = T0): GovernorEvent => ({ kind: 'disarm', now, by: 'ann' });

export const released = (leaseId: string, now = T0): GovernorEvent => ({
  kind: 'release',
  now,
  request: { leaseId },
});

/** The state after some events. */
export function after(state: GovernorState, ...events: readonly GovernorEvent[]): GovernorState {
  return events.reduce((current, event) => reduce(current, event).state, state);
}

/** One admission: what is answered, what is left, what is to be done. */
export function ask(state: GovernorState, request: AdmitRequest, now = T0) {
  return reduce(state, { kind: 'admit', now, request });
}

/** Admits one after the other; answers the last state. */
export function admitAll(state: GovernorState, ...requests: readonly AdmitRequest[]): GovernorState {
  return requests.reduce((current, request) => ask(current, request).state, state);
}

/** The sentence of an answer that keeps somebody back. */
export function reasonOf(answer: AdmitAnswer): string {
  return answer.kind === 'waiting' || answer.kind === 'refused'
    ? `${answer.blocked.code}: ${answer.blocked.text}`
    : answer.kind;
}
