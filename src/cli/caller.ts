import { userInfo } from 'node:os';
import { type CallingPlace, callingPlace } from '../adapters/process/calling-run.ts';
import type { CallContext } from '../api/operation.ts';
import type { Project } from '../compose.ts';
import type { Cli } from './cli.ts';

/** Who is behind this process: a person, or the agent of a run. */
export interface ProcessCaller {
  readonly actor: string;
  /** The run as our records know it; null = outside of runs of this project. */
  readonly callingRun: NonNullable<CallContext['callingRun']> | null;
  /** How deep the processes above say that they stand; counts also where the run is unknown. */
  readonly claimedDepth: number;
}

/** Finds the run this process was started in among the runs of the project (R-AD-031, R-SYS-022). */
export async function processCaller(
  { context }: Pick<Project, 'context'>,
  env: Cli['io']['env'],
  place: CallingPlace = callingPlace(env),
): Promise<ProcessCaller> {
  const { runId, depth: claimedDepth } = place;
  const run = runId === null ? null : await context.store.projection.getRun(runId);
  if (run === null) return { actor: actorOf(place), callingRun: null, claimedDepth };
  const callingRun = { runId: run.runId, taskId: run.taskId };
  return { actor: `run:${run.runId}`, callingRun, claimedDepth };
}

/** A name for the audit trail where the run itself is not known. */
function actorOf({ runId }: CallingPlace): string {
  if (runId !== null) return `run ${runId}`;
  try {
    return userInfo().username;
  } catch {
    return 'unknown';
  }
}
