import { proxyActivities } from '@temporalio/workflow';
import type { RunAgentActivities } from '../activities/run-agent.ts';
import type { RunAgentInput, RunEnding } from '../core/schema/task-flow.ts';
import { agentOptions, runOnce } from './agent-run.ts';
import type { Inbox } from './task-inbox.ts';
import { showRun } from './task-view.ts';

/** The agent run of a claimed task. */
export function runAgent(project: string, input: RunAgentInput, inbox: Inbox): Promise<RunEnding> {
  const { runId, runMsMax, heartbeatTimeoutMs, agent, taskName, attempt } = input.claimed;
  const summary = `${agent} on "${taskName}", run ${attempt}`;
  const run = { project, runId, runMsMax, heartbeatTimeoutMs, summary };
  const agents = proxyActivities<RunAgentActivities>(agentOptions(run));
  showRun(input.claimed);
  return runOnce(run, inbox, () => agents.runAgent(input));
}
