import { setCurrentDetails, upsertSearchAttributes, workflowInfo } from '@temporalio/workflow';
import type { ClaimedRun } from '../core/schema/task-flow.ts';
import { agentKey, dispatchStateKey, queueKey, sessionIdKey } from './search-attributes.ts';
import type { TaskEnding } from './task.ts';

/** What the Temporal Web UI shows of a task right now; costs no history. */
export function showPhase(text: string): void {
  setCurrentDetails(text);
}

/**
 * A run has begun: who works on what, in which queue, for the how-manieth time. After a hand-over lists find the task
 * under its new route; before one nothing changes and nothing is written.
 */
export function showRun(claimed: ClaimedRun): void {
  const { agent, taskName, inProgressQueue, attempt, retryCount, maxRetries, runId } = claimed;
  setCurrentDetails(
    `**${agent}** works on "${taskName}" in *${inProgressQueue}*\n\n` +
      `run ${attempt}, retry ${retryCount} of ${maxRetries}, run id \`${runId}\``,
  );
  const { typedSearchAttributes: known } = workflowInfo();
  if (known.get(queueKey) === undefined) return;
  const route = [
    { key: queueKey, value: claimed.sourceQueue },
    { key: agentKey, value: agent },
  ];
  const news = route.filter(({ key, value }) => known.get(key) !== value);
  if (news.length > 0) upsertSearchAttributes(news);
}

/** Writes the ending where lists can filter by it. */
export function showEnding(ending: TaskEnding, sessionId: string | null): TaskEnding {
  setCurrentDetails(ending);
  // A namespace that lacks our attributes got none at the start, and would refuse them now.
  if (workflowInfo().typedSearchAttributes.get(dispatchStateKey) === undefined) return ending;
  upsertSearchAttributes([
    { key: dispatchStateKey, value: ending },
    ...(sessionId === null ? [] : [{ key: sessionIdKey, value: sessionId }]),
  ]);
  return ending;
}
