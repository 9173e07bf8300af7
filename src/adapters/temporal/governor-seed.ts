import { type ProjectName, taskWorkflowId } from '../../core/ids.ts';
import { initialGovernor } from '../../core/policy/governor/initial.ts';
import type { Brake, GovernorState, Lease } from '../../core/policy/governor/state.ts';
import { ROUTES_POOL } from '../../core/policy/pools.ts';
import type { BrakeReading } from '../../core/ports/brake-file.ts';
import type { Records } from '../../core/ports/store.ts';

export interface SeedConfig {
  readonly project: ProjectName;
  readonly records: Records;
  pools(): Readonly<Record<string, number>>;
  readBrake(): BrakeReading;
}

const LEASES_MAX = 1_000;

/** What a governor that was lost or terminated is started with: never disarmed, never with forgotten leases. */
export async function governorSeed({
  project,
  records,
  pools,
  readBrake,
}: SeedConfig): Promise<GovernorState> {
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
      leases: await openLeases(project, records, brake.epoch),
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

/** Runs that the records say are ours: each holds its slot until somebody proves that it is over. */
async function openLeases(
  project: ProjectName,
  records: Records,
  epoch: number,
): Promise<Record<string, Lease>> {
  const states = await records.listTaskStates({ status: ['claimed', 'running'], limit: LEASES_MAX });
  const leases: Record<string, Lease> = {};
  for (const { taskId, token, sourceQueue, updatedAt } of states) {
    if (token === null) continue;
    leases[token] = {
      leaseId: token,
      workflowId: taskWorkflowId(project, taskId),
      taskId,
      pool: ROUTES_POOL,
      route: sourceQueue,
      agent: '',
      epoch,
      grantedAt: updatedAt,
      unconfirmed: false,
    };
  }
  return leases;
}
