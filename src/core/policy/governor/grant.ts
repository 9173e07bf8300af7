import type { RunId } from '../../ids.ts';
import { grantOf } from '../money/grant-of.ts';
import type { Allotment } from '../money/money-state.ts';
import { haltOf, hasSlotFor, mayBorrow } from './block.ts';
import { markProbes } from './breaker.ts';
import type { GovernorChange, GovernorEffect } from './events.ts';
import { holdsOf } from './hold.ts';
import { withEntries } from './record.ts';
import type { GovernorState, Lease, WaitingEntry } from './state.ts';
import { takeSlot, takeStock } from './stock.ts';

/**
 * Gives every slot there is to the first in line that nothing blocks. An entry that its pause, its pool, its breaker or
 * its budget keeps back does not block those behind it. A grant is sent by Signal, except to `answered`, who hears it as an answer.
 */
export function grantStartable(
  state: GovernorState,
  now: number,
  answered: RunId | null = null,
): GovernorChange {
  const granted = chooseStartable(state, now);
  if (granted.length === 0) return { state, effects: [] };
  const { epoch } = state.brake;
  const leases = granted.map(({ entry, grant }) =>
    leaseOf(entry, grant, { epoch, now, unconfirmed: entry.leaseId !== answered }),
  );
  const effects = leases.filter(({ unconfirmed }) => unconfirmed).map((lease) => grantEffect(lease, epoch));
  if (effects.length > 0) effects.push({ kind: 'persist', part: 'line' });
  const started = new Set(granted.map(({ entry }) => entry));
  const next = {
    ...state,
    leases: withEntries(
      state.leases,
      leases.map((lease) => [lease.leaseId, lease] as const),
    ),
    waiting: state.waiting.filter((entry) => !started.has(entry)),
  };
  return { state: markProbes(next, leases), effects };
}

/** The Signal that tells a waiting workflow of its grant. */
export function grantEffect(lease: Lease, epoch: number): GovernorEffect {
  const { leaseId, workflowId } = lease;
  return { kind: 'send-grant', leaseId, workflowId, epoch, ...grantOf(lease) };
}

/** An entry that starts, and what it may spend; null = no budget. */
interface Startable {
  readonly entry: WaitingEntry;
  readonly grant: Allotment | null;
}

function chooseStartable(state: GovernorState, now: number): readonly Startable[] {
  if (state.waiting.length === 0 || haltOf(state, now) !== null) return [];
  const stock = takeStock(state, now);
  if (stock.hosts === 0) return [];
  const holds = holdsOf(state);
  const chosen: Startable[] = [];
  for (const entry of state.waiting) {
    if (!hasSlotFor(state, stock, entry) || holds.of(entry) !== null) continue;
    const { parentLeaseId } = entry;
    if (parentLeaseId !== undefined && mayBorrow(state, stock, entry)) stock.lenders.add(parentLeaseId);
    else takeSlot(stock, entry.pool);
    chosen.push({ entry, grant: holds.take(entry) });
  }
  return chosen;
}

function leaseOf(
  { leaseId, workflowId, taskId, pool, route, agent, parentLeaseId }: WaitingEntry,
  grant: Allotment | null,
  {
    epoch,
    now,
    unconfirmed,
  }: { readonly epoch: number; readonly now: number; readonly unconfirmed: boolean },
): Lease {
  return {
    ...{ leaseId, workflowId, taskId, pool, route, agent, epoch, grantedAt: now, unconfirmed },
    ...(parentLeaseId === undefined ? {} : { parentLeaseId }),
    ...grant,
  };
}
