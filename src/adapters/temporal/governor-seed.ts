import type { ProjectName } from '../../core/ids.ts';
import { initialGovernor } from '../../core/policy/governor/initial.ts';
import type { Brake, GovernorState, Lease } from '../../core/policy/governor/state.ts';
import type { BrakeReading } from '../../core/ports/brake-file.ts';
import type { Store } from '../../core/ports/store.ts';
import { openRuns, type PoolOf } from './open-runs.ts';

export interface SeedConfig {
  readonly project: ProjectName;
  readonly store: Pick<Store, 'records' | 'jobs'>;
  pools(): Readonly<Record<string, number>>;
  readBrake(): BrakeReading;
  /** Says of which pool's slots the runs of a queue take. */
  poolOf(): Promise<PoolOf>;
}

/** What a governor that was lost or terminated is started with: never disarmed, never with forgotten leases. */
export async function governorSeed(config: SeedConfig): Promise<GovernorState> {
  const { project, store, pools, readBrake } = config;
  const { records } = store;
  const saved = await records.loadGovernor().catch(() => 'unreadable' as const);
  const hosts = await records.listHosts();
  const brake = seedBrake(
    saved === 'unreadable' ? null : (saved?.brake ?? null),
    readBrake(),
    saved === 'unreadable',
  );
  return initialGovernor({
    project,
    pools: pools(),
    now: Date.now(),
    knownHosts: hosts.map(({ hostId, lastSeen }) => ({ hostId, lastSeen })),
    seed: {
      brake,
      pauses: saved === 'unreadable' || saved === null ? [] : saved.pauses,
      leases: await openLeases(config, brake.epoch),
    },
  });
}

function seedBrake(saved: Brake | null, file: BrakeReading, unreadable: boolean): Brake {
  const epoch = (saved?.epoch ?? 0) + 1;
  if (unreadable)
    return { armed: true, epoch, reason: 'the saved state cannot be read', by: 'dispatch', at: Date.now() };
  if (saved?.armed === true) return { ...saved, epoch };
  if (file.armed) return { armed: true, epoch, reason: file.reason, by: 'brake file', at: Date.now() };
  return { armed: false, epoch, reason: null, by: null, at: null };
}

/** The leases of the runs there are; each is freed when somebody proves that it is over. */
async function openLeases(
  { project, store, poolOf }: SeedConfig,
  epoch: number,
): Promise<Record<string, Lease>> {
  const runs = await openRuns(project, store, await poolOf());
  return Object.fromEntries(
    runs.map(({ runId: leaseId, since: grantedAt, ...run }) => [
      leaseId,
      { ...run, leaseId, grantedAt, epoch, unconfirmed: false },
    ]),
  );
}
