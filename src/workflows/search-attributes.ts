import { defineSearchAttributeKey, SearchAttributeType } from '@temporalio/common';
import type { PlannedJob } from '../core/schema/dispatch-flow.ts';

/** Search attributes of ours; `temporal-dev.sh` registers them and `doctor` checks them (R-SYS-013). */
export const projectKey = defineSearchAttributeKey('Project', SearchAttributeType.KEYWORD);
export const surfaceKey = defineSearchAttributeKey('Surface', SearchAttributeType.KEYWORD);
export const agentKey = defineSearchAttributeKey('Agent', SearchAttributeType.KEYWORD);
export const queueKey = defineSearchAttributeKey('Queue', SearchAttributeType.KEYWORD);
export const dispatchStateKey = defineSearchAttributeKey('DispatchState', SearchAttributeType.KEYWORD);
export const taskIdKey = defineSearchAttributeKey('TaskId', SearchAttributeType.KEYWORD);
export const sessionIdKey = defineSearchAttributeKey('SessionId', SearchAttributeType.KEYWORD);

/** Every key with the type name the server's operator tools use. */
export const SEARCH_ATTRIBUTES = [
  'Project',
  'Surface',
  'Agent',
  'Queue',
  'DispatchState',
  'TaskId',
  'SessionId',
] as const;

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
