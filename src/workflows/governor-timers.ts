import {
  condition,
  proxyActivities,
  proxyLocalActivities,
  sleep,
  TemporalFailure,
} from '@temporalio/workflow';
import type { LostLease } from '../activities/governor-lost-lease.ts';
import type { GovernorActivities } from '../activities/governor-records.ts';
import { LEASE_CHECK_MS } from '../core/limits.ts';
import type { Lease } from '../core/policy/governor/state.ts';
import { isLive } from '../core/policy/governor/stock.ts';
import { nextMoment } from '../core/policy/governor/wake.ts';
import { heldFor } from '../core/policy/money/purse.ts';
import type { Shell } from './governor.ts';

const ONE_LOOK = { startToCloseTimeout: '10s', retry: { maximumAttempts: 1 } } as const;
/** Slots come free and the next look begins when one has ended, so its end must be an event. */
const byEvents = proxyActivities<GovernorActivities>({ ...ONE_LOOK, summary: 'look for lost leases' });
const local = proxyLocalActivities<GovernorActivities>(ONE_LOOK);

/** Ends the warm-up of a fresh governor when its time is over, whoever has not reported. */
export function endWarmUp(shell: Shell): void {
  const { warmUp } = shell.state();
  if (warmUp === null) return;
  void (async () => {
    await sleep(Math.max(1, warmUp.until - Date.now()), { summary: 'warm-up' });
    shell.apply({ kind: 'tick', now: Date.now() });
  })();
}

/** Timers are not set for longer at once. */
const TIMER_MS_MAX = 24 * 60 * 60 * 1000;

/**
 * Wakes the governor when time alone changes something (a pause or a cooldown is over, a UTC day begins): what waits for
 * that is served without another event.
 */
export function wakeForever(shell: Shell): void {
  const next = () => nextMoment(shell.state());
  void (async () => {
    for (;;) {
      await condition(() => next() !== null);
      const at = next() ?? 0;
      const leftMs = Math.min(Math.max(1, at - Date.now()), TIMER_MS_MAX);
      const changed = await condition(() => next() !== at, leftMs, { summary: 'next moment' });
      if (!changed) shell.apply({ kind: 'tick', now: Date.now() });
    }
  })();
}

/**
 * Frees leases whose workflow is closed and that no host can be running any more (a terminated task workflow). Runs
 * only while something holds a lease for long.
 */
export function checkLeasesForever(shell: Shell): void {
  void (async () => {
    for (;;) {
      await condition(() => Object.keys(shell.state().leases).length > 0);
      await sleep(LEASE_CHECK_MS, { summary: 'lease check' });
      await checkOnce(shell);
    }
  })();
}

/** A task's workflow has one lease at a time: one that asks anew is a later workflow of the same id. */
function isSuperseded(shell: Shell, { leaseId, workflowId, taskId, grantedAt }: Lease): boolean {
  if (taskId === null) return false;
  const { leases, waiting } = shell.state();
  const later = Object.values(leases).filter((lease) => lease.grantedAt > grantedAt);
  return [...later, ...waiting].some((other) => other.workflowId === workflowId && other.leaseId !== leaseId);
}

/** A lease that no live host says it runs. */
interface Suspect {
  readonly lease: Lease;
  /** A host ran it when it was last heard of, so long ago. */
  readonly silentMs?: number;
}

function suspectOf(shell: Shell, lease: Lease): Suspect | null {
  const host = Object.values(shell.state().hosts).find(({ runs }) => runs.includes(lease.leaseId));
  if (host === undefined) return { lease };
  return isLive(host, Date.now()) ? null : { lease, silentMs: Date.now() - host.lastSeen };
}

/** What its run is booked at when nobody else settles it. */
function heldRun(lease: Lease) {
  if (lease.reservedMicroUsd === undefined) return {};
  const { agent, taskId, pool, grantedAt } = lease;
  return { run: { agent, taskId, pool, grantedAt, heldMicroUsd: heldFor(lease) } };
}

/** Histories of before have answers of ids alone. */
function releaseOf(lost: LostLease | string): LostLease {
  return typeof lost === 'string' ? { leaseId: lost } : lost;
}

async function checkOnce(shell: Shell): Promise<void> {
  shell.apply({ kind: 'tick', now: Date.now() });
  const old = Object.values(shell.state().leases).filter(
    (lease) => lease.grantedAt < Date.now() - LEASE_CHECK_MS,
  );
  const suspects = old.flatMap((lease) => suspectOf(shell, lease) ?? []);
  if (suspects.length === 0) return;
  try {
    const holders = suspects.map(({ lease, silentMs }) => ({
      ...{ leaseId: lease.leaseId, workflowId: lease.workflowId, superseded: isSuperseded(shell, lease) },
      ...(silentMs === undefined ? {} : { silentMs }),
      ...heldRun(lease),
    }));
    const { findLostLeases } = shell.endsAreEvents ? byEvents : local;
    const lost = await findLostLeases({ holders });
    const superseded = suspects.filter(
      ({ lease, silentMs }) => silentMs === undefined && isSuperseded(shell, lease),
    );
    for (const request of [
      ...lost.map(releaseOf),
      ...superseded.map(({ lease }) => releaseOf(lease.leaseId)),
    ])
      shell.apply({ kind: 'release', now: Date.now(), request });
  } catch (error) {
    if (!(error instanceof TemporalFailure)) throw error; // Asked again at the next check.
  }
}
