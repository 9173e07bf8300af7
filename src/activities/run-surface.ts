import type { ClaimedRun } from '../core/schema/task-flow.ts';
import type { ActivityPorts } from './ports.ts';

/** Whether a task's run is one of a role or of a route: the queue of a role's own name is worked on by that role. */
export const surfaceOf = (
  { settings }: Pick<ActivityPorts, 'settings'>,
  { sourceQueue }: Pick<ClaimedRun, 'sourceQueue'>,
): 'role' | 'route' => (settings().roles?.[sourceQueue] === undefined ? 'route' : 'role');
