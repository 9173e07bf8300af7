import { defineSearchAttributeKey, SearchAttributeType } from '@temporalio/common';

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
