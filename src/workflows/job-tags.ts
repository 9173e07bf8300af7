import type { PlannedJob } from '../core/schema/dispatch-flow.ts';
import {
  agentKey,
  dispatchStateKey,
  projectKey,
  sessionIdKey,
  surfaceKey,
  taskIdKey,
} from './search-attributes.ts';

/** What lists of the server find a dispatch by. */
export function jobTags(project: string, { agent, sessionId, taskId }: PlannedJob) {
  return [
    { key: projectKey, value: project },
    { key: surfaceKey, value: 'dispatch' },
    { key: agentKey, value: agent },
    { key: sessionIdKey, value: sessionId },
    { key: dispatchStateKey, value: 'open' },
    ...(taskId === null ? [] : [{ key: taskIdKey, value: taskId }]),
  ];
}
