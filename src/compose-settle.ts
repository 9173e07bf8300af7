import { openRuns } from './adapters/temporal/open-runs.ts';
import type { Project } from './compose.ts';
import type { HostId } from './core/ids.ts';
import { onlyHereCouldRun } from './core/policy/governor/unstarted.ts';

/** After its agents have ended, settling their tasks may take this long (ms). */
const SETTLE_MS_MAX = 5_000;
const SETTLE_POLL_MS = 50;

/** Waits until the tasks of these runs are back on the board. */
export async function settled({ context, settings, log }: Project, runIds: readonly string[]): Promise<void> {
  const deadline = performance.now() + SETTLE_MS_MAX;
  const open = async () => {
    const runs = await openRuns(settings().project, context.store);
    return runs.filter(({ runId }) => runIds.includes(runId)).length;
  };
  while (runIds.length > 0 && (await open()) > 0) {
    if (performance.now() > deadline) {
      log.warn({ runs: runIds.length }, 'left before all tasks were settled; the next worker goes on');
      return;
    }
    await new Promise((resolve) => setTimeout(resolve, SETTLE_POLL_MS));
  }
}

/** Has a run its slot that no host runs yet and no other host could take up? A server that is away starts nothing more. */
export async function someoneWaitsFor({ context }: Project, hostId: HostId): Promise<boolean> {
  const governor = await context.control.governor().catch(() => null);
  return governor !== null && onlyHereCouldRun(governor, hostId, Date.now()).length > 0;
}

/** Waits for the work, but not longer than this; it goes on by itself then. */
export async function atMost(ms: number, work: Promise<unknown>): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, ms);
  });
  await Promise.race([work.then(() => undefined), late]);
  clearTimeout(timer);
}
