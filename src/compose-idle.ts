import type { Project } from './compose.ts';
import { wokenRole } from './core/policy/idle/wakeup.ts';
import { startIdleWatch } from './poller/idle-watch.ts';

/** Watches whether the team has work; answers what ends that. */
export function startIdle(project: Project, owner: string, wake: () => void): () => Promise<void> {
  const { context, brake, log, settings } = project;
  const { board, routes, store, notices } = context;
  return startIdleWatch({
    ...{ board, routes, store, notices, brake, log, owner, settings, wake },
    wokenRole: () => wokenRole(settings()),
  });
}
