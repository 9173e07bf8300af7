import type { OpenJob } from '../../schema/job.ts';

/**
 * Does this open job wait for the answer of that run, directly or by what it waits for? A run waits for the calls its
 * agent made and did not hand out to be collected later; a turn that has not begun waits for those of its conversation
 * that came before it.
 */
export function waitsFor(open: readonly OpenJob[], job: OpenJob, runId: string): boolean {
  const seen = new Set<string>();
  const reaches = (one: OpenJob): boolean => {
    if (one.runId === runId) return true;
    if (seen.has(one.jobId)) return false;
    seen.add(one.jobId);
    return awaitedBy(open, one).some(reaches);
  };
  return reaches(job);
}

function awaitedBy(open: readonly OpenJob[], job: OpenJob): readonly OpenJob[] {
  const { runId, sessionId, mode } = job;
  if (runId !== null) return open.filter((one) => one.parentRunId === runId && one.mode !== 'async');
  return mode === 'session' ? before(open, job, sessionId) : [];
}

const before = (open: readonly OpenJob[], job: OpenJob, sessionId: string): readonly OpenJob[] =>
  open.slice(0, open.indexOf(job)).filter((one) => one.sessionId === sessionId);

/** What keeps a turn from beginning although somebody waits for it in a slot: nothing of it ends by itself. */
export interface TurnInTheWay {
  /** `circle`: it waits for the caller. `line`: it has no slot yet, and may wait for the caller's. */
  readonly kind: 'circle' | 'line';
  readonly jobId: string;
}

/**
 * Looks for a turn that a call made by this run must not wait behind, among the open jobs in the order they came.
 * Turns of the same run, and of others that lend a slot, come to theirs.
 */
export function turnInTheWay(
  open: readonly OpenJob[],
  { sessionId, runId }: { readonly sessionId: string; readonly runId: string },
): TurnInTheWay | null {
  const earlier = open.filter((job) => job.sessionId === sessionId);
  const circle = earlier.find((job) => waitsFor(open, job, runId));
  if (circle !== undefined) return { kind: 'circle', jobId: circle.jobId };
  const inLine = earlier.find((job) => job.runId === null && job.parentRunId === null);
  return inLine === undefined ? null : { kind: 'line', jobId: inLine.jobId };
}
