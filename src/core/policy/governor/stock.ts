import type { RunId } from '../../ids.ts';
import { HOST_SILENT_MS_MAX } from '../../limits.ts';
import type { GovernorState, Host } from './state.ts';

/** What is taken and what there is, counted once per decision. */
export interface Stock {
  /** Hosts heard of lately. */
  readonly hosts: number;
  /** Sum of their slots. */
  readonly hostSlots: number;
  /** Slots in use by pool; a run in its parent's slot is not counted. */
  readonly inUse: Map<string, number>;
  /** Slots in use over all pools. */
  total: number;
  /** Leases whose slot a child has now. */
  readonly lenders: Set<RunId>;
}

/** Was this host heard of lately? */
export function isLive(host: Host, now: number): boolean {
  return now - host.lastSeen <= HOST_SILENT_MS_MAX;
}

/** The hosts that count: those heard of within HOST_SILENT_MS_MAX. */
export function liveHosts(state: GovernorState, now: number): readonly Host[] {
  return Object.values(state.hosts).filter((host) => isLive(host, now));
}

/**
 * Counts slots. A lease whose parent holds one runs in the parent's slot, one child at a time: the parent waits
 * for it. A parent must have been granted before its child, so no circle of parents can hide leases.
 */
export function takeStock(state: GovernorState, now: number): Stock {
  const hosts = liveHosts(state, now);
  const hostSlots = hosts.reduce((sum, host) => sum + host.slots, 0);
  const stock: Stock = { hosts: hosts.length, hostSlots, inUse: new Map(), total: 0, lenders: new Set() };
  const leases = Object.values(state.leases);
  const nested = leases.some(({ parentLeaseId }) => parentLeaseId !== undefined);
  const seen = new Set<RunId>();
  for (const { leaseId, parentLeaseId, pool } of leases) {
    if (nested) seen.add(leaseId);
    const lent = parentLeaseId !== undefined && parentLeaseId !== leaseId && seen.has(parentLeaseId);
    if (lent && !stock.lenders.has(parentLeaseId)) stock.lenders.add(parentLeaseId);
    else takeSlot(stock, pool);
  }
  return stock;
}

/** Marks one slot of the pool as taken. */
export function takeSlot(stock: Stock, pool: string): void {
  stock.inUse.set(pool, (stock.inUse.get(pool) ?? 0) + 1);
  stock.total += 1;
}

/** The pool's own limit; an unknown pool has none to give. */
export function poolLimit(state: GovernorState, pool: string): number {
  return Object.hasOwn(state.pools, pool) ? (state.pools[pool]?.limit ?? 0) : 0;
}

/** The pool's limit as far as live hosts can carry it (R-SYS-016). */
export function effectiveLimit(state: GovernorState, stock: Stock, pool: string): number {
  return Math.min(poolLimit(state, pool), stock.hostSlots);
}

/** Slots that may be given away now: neither the pool nor the live hosts together may be overbooked. */
export function freeSlots(state: GovernorState, stock: Stock, pool: string): number {
  const inPool = effectiveLimit(state, stock, pool) - (stock.inUse.get(pool) ?? 0);
  return Math.max(0, Math.min(inPool, stock.hostSlots - stock.total));
}
