import type { ProjectName } from '../../core/ids.ts';
import { initialGovernor } from '../../core/policy/governor/initial.ts';
import type { Brake, GovernorState, Lease } from '../../core/policy/governor/state.ts';
import { grantOf } from '../../core/policy/money/grant-of.ts';
import type { MoneyPolicy } from '../../core/policy/money/money-state.ts';
import type { BrakeReading } from '../../core/ports/brake-file.ts';
import type { Store } from '../../core/ports/store.ts';
import { type OpenRun, openRuns, type PoolOf } from './open-runs.ts';
import { spentBefore } from './spent-before.ts';

export interface SeedConfig {
  readonly project: ProjectName;
  readonly store: Pick<Store, 'records' | 'jobs'>;
  pools(): Readonly<Record<string, number>>;
  policy(): MoneyPolicy;
  readBrake(): BrakeReading;
  /** Says of which pool's slots the runs of a queue take. */
  poolOf(): Promise<PoolOf>;
  /** Says whose the runs of a queue are. */
  agentOf(): Promise<(queueName: string) => string | undefined>;
}

/** What a governor that was lost or terminated is started with: never disarmed, never with forgotten leases or a clean purse. */
export async function governorSeed(config: SeedConfig): Promise<GovernorState> {
  const { project, store, pools, readBrake } = config;
  const { records } = store;
  const read = await records.loadGovernor().catch(() => 'unreadable' as const);
  const saved = read === 'unreadable' ? null : read;
  const hosts = await records.listHosts();
  const brake = seedBrake(saved?.brake ?? null, readBrake(), read === 'unreadable');
  const now = Date.now();
  const runs = await openRuns(project, store, await config.poolOf());
  const { spent, settled } = await spentBefore(
    records,
    runs.map(({ runId }) => runId),
    now,
  );
  return initialGovernor({
    ...{ project, pools: pools(), now, spent, policy: config.policy(), money: saved },
    knownHosts: hosts.map(({ hostId, lastSeen }) => ({ hostId, lastSeen })),
    seed: {
      brake,
      pauses: saved?.pauses ?? [],
      leases: openLeases(runs, { saved, epoch: brake.epoch, agentOf: await config.agentOf() }),
      released: settled,
    },
  });
}

function seedBrake(saved: Brake | null, file: BrakeReading, unreadable: boolean): Brake {
  const epoch = (saved?.epoch ?? 0) + 1;
  if (unreadable)
    return { armed: true, epoch, reason: 'the saved state cannot be read', by: 'dispatch', at: Date.now() };
  // Released by file, or by a command with nothing running, since it was armed.
  const released = (file.releasedAt ?? 0) > (saved?.at ?? 0);
  if (saved?.armed === true && !released) return { ...saved, epoch };
  if (file.armed) return { armed: true, epoch, reason: file.reason, by: 'brake file', at: Date.now() };
  return { armed: false, epoch, reason: null, by: null, at: null };
}

interface Before {
  readonly saved: GovernorState | null;
  readonly epoch: number;
  readonly agentOf: (queueName: string) => string | undefined;
}

/** The leases of the runs there are; each is freed when somebody proves that it is over. */
function openLeases(runs: readonly OpenRun[], { saved, epoch, agentOf }: Before): Record<string, Lease> {
  return Object.fromEntries(
    runs.map(({ runId: leaseId, since: grantedAt, ...run }) => {
      const before = saved?.leases[leaseId];
      // The records of a task do not say whose run it is, nor what is held for it.
      const agent = run.agent || before?.agent || agentOf(run.route ?? '') || '';
      const held = { ...grantOf(before ?? {}) };
      return [leaseId, { ...run, agent, leaseId, grantedAt, epoch, unconfirmed: false, ...held }];
    }),
  );
}
