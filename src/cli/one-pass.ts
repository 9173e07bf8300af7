import type { LoadedConfig } from '../adapters/config/load-config.ts';
import { prepareStateDir } from '../adapters/local/state-dir.ts';
import type { PassEnd } from '../poller/pass.ts';
import { withCleanup } from './cleanup.ts';
import type { Cli } from './cli.ts';

/** How a run that ends by itself is wanted (R-PROD-035). */
export interface OnePassOptions {
  /** Passes until nothing is ready. */
  readonly drain: boolean;
  /** Says by its exit code what it left. */
  readonly strictExit: boolean;
}

const STOPPED = 3;
const ESCALATED = 4;

/**
 * One pass over what is ready, or passes until nothing is, by a worker of its own. A first signal lets what runs finish;
 * a second one ends it (TERM, 5 s, KILL). Answers the tasks that were dispatched and the exit code.
 */
export async function onePass(
  cli: Cli,
  loaded: LoadedConfig,
  { drain, strictExit }: OnePassOptions,
): Promise<{ readonly dispatched: number; readonly exitCode: number }> {
  const { stop } = cli.io;
  stop.takeOver('second-is-mine');
  return withCleanup(async (cleanup) => {
    prepareStateDir(loaded.settings.stateDir);
    const { serveProject } = await import('./serve-project.ts');
    const parts = { api: false, worker: true, onePass: true };
    const { worker, failures } = await serveProject(cli, loaded, { parts, cleanup });
    if (worker === null) return { dispatched: 0, exitCode: 0 };
    // Nothing new is begun, what runs may end; nobody waits for that after a second signal.
    stop.signal.addEventListener('abort', () => void worker.drain(), { once: true });
    const again = new Promise<null>((resolve) => {
      stop.again.addEventListener('abort', () => resolve(null), { once: true });
    });
    const ends: PassEnd[] = [];
    for (;;) {
      const end = await Promise.race([worker.pass(stop.signal), again, ...failures]);
      if (end === null) break;
      ends.push(end);
      if (!drain || end.dispatched === 0 || end.stoppedBy !== null || stop.signal.aborted) break;
    }
    return { dispatched: sum(ends, ({ dispatched }) => dispatched), exitCode: strictExit ? codeOf(ends) : 0 };
  });
}

function codeOf(ends: readonly PassEnd[]): number {
  if (ends.some(({ stoppedBy }) => stoppedBy !== null)) return STOPPED;
  return sum(ends, ({ escalated }) => escalated) > 0 ? ESCALATED : 0;
}

const sum = <T>(all: readonly T[], of: (one: T) => number): number =>
  all.reduce((total, one) => total + of(one), 0);
