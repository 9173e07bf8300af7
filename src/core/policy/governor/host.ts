import type { HostId, RunId } from '../../ids.ts';
import { HOSTS_MAX } from '../../limits.ts';
import { catchUpWith, epochEffect } from './brake.ts';
import type { GovernorChange, GovernorEffect, GovernorEvent } from './events.ts';
import { settleLeases } from './settle-lease.ts';
import type { GovernorState, Host } from './state.ts';
import { isLive } from './stock.ts';

type Event<K extends GovernorEvent['kind']> = Extract<GovernorEvent, { kind: K }>;

const OPERATOR = { kind: 'persist', part: 'operator' } as const;

/** A host says that it lives, how much it can carry and what it runs; one without our epoch is told it. */
export function hostUp(state: GovernorState, event: Event<'host-up'>): GovernorChange {
  const before = hostOf(state, event.hostId);
  const host = { ...reportOf(state, event), ackedEpoch: ackedBy(before, event) };
  const hosts = boundHosts({ ...state.hosts, [host.hostId]: host });
  const reported = strikeOff({ ...state, hosts }, host.hostId);
  const { state: next, effects } = catchUpWith(reported, host.ackedEpoch, event.now);
  const told: GovernorEffect[] = [...effects];
  if (effects.length === 0 && host.ackedEpoch !== next.brake.epoch) told.push(epochEffect(next, host));
  if (isNews(before, host) || reported.warmUp !== state.warmUp) told.push(OPERATOR);
  return { state: next, effects: told };
}

/** An orderly goodbye: what it ran has ended, so those slots are free. */
export function hostDown(state: GovernorState, { hostId, now }: Event<'host-down'>): GovernorChange {
  return drop(state, hostId, now);
}

/** A person vouches that the host is dead, and with it everything it ran. */
export function hostForget(state: GovernorState, { hostId, now }: Event<'host-forget'>): GovernorChange {
  return drop(state, hostId, now);
}

/** A host has taken an epoch: from now on it starts nothing with an older one. */
export function epochConfirmed(state: GovernorState, event: Event<'epoch-confirmed'>): GovernorChange {
  const host = hostOf(state, event.hostId);
  if (host === null || (host.ackedEpoch ?? -1) >= event.epoch) return { state, effects: [] };
  const hosts = { ...state.hosts, [host.hostId]: { ...host, ackedEpoch: event.epoch } };
  return catchUpWith({ ...state, hosts }, event.epoch, event.now);
}

function drop(state: GovernorState, hostId: HostId, now: number): GovernorChange {
  const host = hostOf(state, hostId);
  const { [hostId]: _gone, ...hosts } = state.hosts;
  const without = strikeOff({ ...state, hosts }, hostId);
  if (host === null) return { state: without, effects: without.warmUp === state.warmUp ? [] : [OPERATOR] };
  return {
    state: settleLeases(
      without,
      host.runs.filter((run) => Object.hasOwn(state.leases, run)),
      now,
    ),
    effects: [OPERATOR],
  };
}

/**
 * A run that we hold no lease for is not taken up from the report: no workflow would know to release it, so it
 * would hold a slot for ever. A fresh governor gets the leases it must know from its seed.
 */
function reportOf(
  state: GovernorState,
  { hostId, slots, runs, now }: Event<'host-up'>,
): Omit<Host, 'ackedEpoch'> {
  const known = runs.filter((run: RunId) => Object.hasOwn(state.leases, run));
  return { hostId, slots: Math.max(0, Math.floor(slots)), lastSeen: now, runs: known };
}

function ackedBy(before: Host | null, { epoch }: Event<'host-up'>): number | null {
  return epoch === undefined ? (before?.ackedEpoch ?? null) : epoch;
}

function isNews(before: Host | null, host: Host): boolean {
  return before === null || before.slots !== host.slots || !isLive(before, host.lastSeen);
}

/** The warm-up is over once every awaited host has reported. */
function strikeOff(state: GovernorState, hostId: HostId): GovernorState {
  const { warmUp } = state;
  if (warmUp === null || !warmUp.awaiting.includes(hostId)) return state;
  const awaiting = warmUp.awaiting.filter((other) => other !== hostId);
  return { ...state, warmUp: awaiting.length === 0 ? null : { ...warmUp, awaiting } };
}

function boundHosts(hosts: Readonly<Record<HostId, Host>>): Readonly<Record<HostId, Host>> {
  const all = Object.entries(hosts);
  if (all.length <= HOSTS_MAX) return hosts;
  const latest = all.sort(([, a], [, b]) => b.lastSeen - a.lastSeen).slice(0, HOSTS_MAX);
  return Object.fromEntries(latest);
}

const hostOf = (state: GovernorState, hostId: HostId): Host | null =>
  Object.hasOwn(state.hosts, hostId) ? (state.hosts[hostId] ?? null) : null;
