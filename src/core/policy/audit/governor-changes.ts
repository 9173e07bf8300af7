import type { AuditEntry } from '../../ports/store.ts';
import type { Brake, GovernorState, Pause } from '../governor/state.ts';
import { byWhom, MACHINERY } from './by-whom.ts';
import { breakerChanges, budgetChanges } from './money-changes.ts';

/** A release of the brake that an agent may have been behind (R-PROD-065). */
export const DISARMED_WHILE_RUNNING = 'brake-disarmed-while-running';

/**
 * What the audit trail says about a governor's state that differs from the one saved last, wherever the change came
 * from: a surface, a bare Signal, the brake file, the governor's own rules. One save may tell of several changes.
 */
export function governorChanges(
  before: GovernorState | null,
  after: GovernorState,
  at: number,
): readonly AuditEntry[] {
  return [brakeChanges, pauseChanges, poolChanges, budgetChanges, breakerChanges].flatMap((changesOf) =>
    changesOf(before, after).map((change) => ({ at, ...change })),
  );
}

type Change = Omit<AuditEntry, 'at'>;

function brakeChanges(before: GovernorState | null, after: GovernorState): readonly Change[] {
  const { brake, project } = after;
  const was: Brake | null = before?.brake ?? null;
  // A new governor counts the epoch on without anybody having turned the brake.
  if (brake.at === (was?.at ?? null) && brake.armed === (was?.armed ?? false)) return [];
  if (!brake.armed && was?.armed !== true && brake.at === null) return [];
  const who = byWhom(brake.by);
  const { epoch, reason } = brake;
  if (brake.armed) {
    const detail = { epoch, reason, now: brake.stopRunning === true };
    return [{ ...who, action: 'brake-armed', subject: project, detail }];
  }
  const running = Object.values(after.leases).filter((lease) => lease.epoch < epoch);
  const doubtful = running.length > 0 && (who.channel === 'file' || /^run[: ]/.test(who.actor));
  const action = doubtful ? DISARMED_WHILE_RUNNING : 'brake-disarmed';
  const detail = { epoch, running: running.length };
  return [{ ...who, action, subject: project, detail }];
}

function pauseChanges(before: GovernorState | null, after: GovernorState): readonly Change[] {
  const old = new Map((before?.pauses ?? []).map((pause) => [nameOf(pause), pause]));
  const now = new Map(after.pauses.map((pause) => [nameOf(pause), pause]));
  const begun = [...now].filter(([name, { at, until }]) => {
    const was = old.get(name);
    return was?.at !== at || was.until !== until;
  });
  const ended = [...old].filter(([name]) => !now.has(name));
  return [
    ...begun.map(([subject, { by, reason, until = null }]) => ({
      ...{ ...byWhom(by), action: 'paused', subject },
      detail: { reason, until: until === null ? null : new Date(until).toISOString() },
    })),
    // Who ended it is not kept; the line of the operation that did stands before this one.
    ...ended.map(([subject, { by }]) => ({
      ...{ ...MACHINERY, action: 'unpaused', subject },
      detail: { paused_by: by },
    })),
  ];
}

const nameOf = ({ scope, name }: Pause): string => (name === null ? scope : `${scope} ${name}`);

function poolChanges(before: GovernorState | null, after: GovernorState): readonly Change[] {
  return Object.entries(after.pools)
    .filter(([pool, { limit }]) => before !== null && before.pools[pool]?.limit !== limit)
    .map(([subject, { limit }]) => ({
      ...{ ...MACHINERY, action: 'pool-limit', subject },
      detail: { from: before?.pools[subject]?.limit ?? null, to: limit },
    }));
}
