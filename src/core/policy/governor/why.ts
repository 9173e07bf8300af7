import type { RunId, TaskId } from '../../ids.ts';
import { blockOf, competesAcrossPools, haltOf, hasSlotFor, NO_HOST, slotBlock } from './block.ts';
import { holdBlock, holdsOf } from './hold.ts';
import type { AdmitRequest, Blocked, GovernorState, Lease, WaitingEntry } from './state.ts';
import { takeStock } from './stock.ts';

/** A request nobody has made, to ask what would become of it. */
export type Supposed = Pick<AdmitRequest, 'taskId' | 'pool' | 'route' | 'agent' | 'order'>;

/** Where a task stands with the governor, in one word and one sentence. */
export type Standing =
  | { readonly kind: 'running'; readonly lease: Lease; readonly text: string }
  | { readonly kind: 'waiting'; readonly since: number; readonly blocked: Blocked; readonly text: string }
  | { readonly kind: 'blocked'; readonly blocked: Blocked; readonly text: string }
  | { readonly kind: 'free'; readonly text: string };

/** Why a task is not running: what it waits for, or what would keep it back if it asked now (`dispatch why`). */
export function whyOf(state: GovernorState, supposed: Supposed, now: number): Standing {
  const { taskId } = supposed;
  const lease = taskId === null ? undefined : leaseOfTask(state, taskId);
  if (lease !== undefined) return { kind: 'running', lease, text: `it holds a slot of pool "${lease.pool}"` };
  const entry = taskId === null ? undefined : state.waiting.find((one) => one.taskId === taskId);
  const blocked = blockOf(state, entry ?? { ...supposed, ...NOBODY }, now);
  if (blocked === null) return { kind: 'free', text: 'nothing holds it back: a slot is free' };
  if (entry === undefined) return { kind: 'blocked', blocked, text: blocked.text };
  return { kind: 'waiting', since: entry.since, blocked, text: blocked.text };
}

/** The reason of everything in line, in line order, in one pass; entries that may start this moment are left out. */
export function waitingReasons(state: GovernorState, now: number): readonly WaitingReason[] {
  const halt = haltOf(state, now);
  const stock = takeStock(state, now);
  const holds = holdsOf(state);
  const ahead = new Map<string | null, number>();
  const countOf = (key: string | null) => ahead.get(key) ?? 0;
  const reasonOf = (entry: WaitingEntry): Blocked | null => {
    const hold = holds.of(entry);
    const anyPool = competesAcrossPools(state, stock, entry.pool);
    const before = countOf(anyPool ? ALL_POOLS : entry.pool);
    if (hold === null) for (const key of [entry.pool, ALL_POOLS]) ahead.set(key, countOf(key) + 1);
    if (halt !== null) return halt;
    if (hold !== null) return holdBlock(hold);
    if (stock.hosts === 0) return NO_HOST;
    return hasSlotFor(state, stock, entry)
      ? null
      : slotBlock(state, stock, { request: entry, ahead: before });
  };
  return state.waiting.flatMap((entry) => {
    const blocked = reasonOf(entry);
    const { leaseId, taskId, since } = entry;
    return blocked === null ? [] : [{ leaseId, taskId, since, blocked }];
  });
}

/** Why one entry of the line waits, and since when (epoch milliseconds). */
export interface WaitingReason {
  readonly leaseId: RunId;
  readonly taskId: TaskId | null;
  readonly since: number;
  readonly blocked: Blocked;
}

const ALL_POOLS = null;
const NOBODY = { leaseId: '', workflowId: '', ifBlocked: 'wait' } as const;

const leaseOfTask = (state: GovernorState, taskId: TaskId): Lease | undefined =>
  Object.values(state.leases).find((lease) => lease.taskId === taskId);
