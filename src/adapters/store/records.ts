import type { Records } from '../../core/ports/store.ts';
import { createAudit } from './audit.ts';
import { createEffects } from './effects.ts';
import { createGovernorStates } from './governor-states.ts';
import { createHosts } from './hosts.ts';
import { createKeptKeys } from './kept-keys.ts';
import { createLocks } from './locks.ts';
import { pruneRecords } from './records-prune.ts';
import { createRouteOverlays } from './route-overlays.ts';
import { createSpend } from './spend.ts';
import type { PartConfig } from './store-config.ts';
import { createTaskStates } from './task-states.ts';
import { createTexts } from './texts.ts';
import { createWatchStates } from './watch-states.ts';

/** The records of one project: what must survive everything. */
export function createRecords(config: PartConfig): Records {
  return {
    ...createTaskStates(config),
    ...createEffects(config),
    ...createKeptKeys(config),
    ...createRouteOverlays(config),
    ...createGovernorStates(config),
    ...createLocks(config),
    ...createHosts(config),
    ...createTexts(config),
    ...createWatchStates(config),
    ...createAudit(config),
    ...createSpend(config),
    prune: (beforeMs) => pruneRecords(config, beforeMs),
  };
}
