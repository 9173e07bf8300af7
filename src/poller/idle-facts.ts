import { LIST_PAGE_MAX } from '../core/limits.ts';
import type { TeamFacts } from '../core/policy/idle/team-kind.ts';
import type { Board } from '../core/ports/board.ts';
import type { RouteTable } from '../core/ports/route-table.ts';
import type { Store } from '../core/ports/store.ts';

export interface IdleFactPorts {
  readonly board: Board;
  readonly routes: RouteTable;
  readonly store: Pick<Store, 'records' | 'jobs' | 'projection'>;
  readonly brake: { read(): { readonly armed: boolean } };
}

/** Enough to see whether one of them was work. */
const RUNS_READ_MAX = 50;

/** Looks at board and records; asks nothing of the server. `since`: when that was done last (epoch ms). */
export async function teamFacts(ports: IdleFactPorts, since: number): Promise<TeamFacts> {
  const { board, routes, store, brake } = ports;
  const governor = await store.records.loadGovernor();
  if (brake.read().armed || governor?.brake.armed === true) return { ...NOTHING, armed: true };
  const [runs, tasks, jobs, watched] = await Promise.all([
    store.projection.listRuns({ limit: RUNS_READ_MAX }),
    store.records.listTaskStates({
      status: ['waiting', 'claimed', 'running', 'retrying', 'asking'],
      limit: LIST_PAGE_MAX,
    }),
    store.jobs.listOpen(),
    routes.list(),
  ]);
  const ready = await board.getReadyTasks(watched.map(({ queueName }) => queueName));
  return {
    // Short runs come and go between two looks.
    ran: runs.filter(({ startedAt }) => startedAt > since).map(({ taskId }) => taskId),
    ...{ armed: false, tasks, openJobs: jobs.length },
    ready: ready.map(({ id }) => id),
    blocked: (await board.journal?.blocked()) ?? 0,
    // After the others: what was filed as one is known as one.
    wakeups: new Set(await board.journal?.wakeups()),
  };
}

const NOTHING = {
  ...{ tasks: [], ran: [], openJobs: 0, ready: [], blocked: 0 },
  wakeups: new Set<string>(),
} as const;
