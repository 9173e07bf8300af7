import { messageOf } from '../core/errors.ts';
import { grantOf } from '../core/policy/money/grant-of.ts';
import type { RunAgentInput, RunEnding } from '../core/schema/task-flow.ts';
import { agentRequest } from './agent-request.ts';
import { followExternalMove } from './follow-external-move.ts';
import type { ActivityPorts } from './ports.ts';
import { promptNote } from './prompt-note.ts';
import { hasAsked } from './questions.ts';
import type { RunSource } from './run-source.ts';
import { surfaceOf } from './run-surface.ts';
import { superviseRun } from './supervise-run.ts';

/** Runs one agent once; see {@link createRunAgentActivities}. */
export interface RunAgentActivities {
  runAgent(input: RunAgentInput): Promise<RunEnding>;
}

/** The agent run of a route's task; {@link superviseRun} with a prompt of the board. */
export function createRunAgentActivities(ports: ActivityPorts): RunAgentActivities {
  return { runAgent: (input) => superviseRun(ports, taskSource(ports, input)) };
}

function taskSource(ports: ActivityPorts, input: RunAgentInput): RunSource {
  const { taskId, claimed, epoch } = input;
  return {
    epoch,
    grant: grantOf(input),
    identity: {
      ...{
        runId: claimed.runId,
        taskId,
        jobId: null,
        surface: surfaceOf(ports, claimed),
        agent: claimed.agent,
      },
      ...{ queueName: claimed.sourceQueue, inProgressQueue: claimed.inProgressQueue },
      ...{ attempt: claimed.attempt, retryCount: claimed.retryCount, timeoutSeconds: claimed.timeoutSeconds },
    },
    prepare: (taskToken) => agentRequest(ports, input, taskToken),
    noteRunning: (prompt) => noteRunning(ports, input, prompt),
    follow: () => followed(ports, input),
    asked: () => hasAsked(ports, taskId, claimed.runId),
  };
}

/** Told apart from `claimed` by people alone, so a failing store does not fail the agent. */
async function noteRunning(
  { store, log }: ActivityPorts,
  { taskId, claimed }: RunAgentInput,
  prompt: string,
): Promise<void> {
  try {
    await store.records.noteTaskState(taskId, { status: 'running' }, promptNote(prompt));
  } catch (error) {
    log.warn({ taskId, runId: claimed.runId, error: messageOf(error) }, 'running task not noted');
  }
}

function followed({ board, host }: ActivityPorts, { taskId, claimed }: RunAgentInput): () => void {
  const { onExternalMove, inProgressQueue, runId } = claimed;
  if (onExternalMove === 'keep') return () => {};
  return followExternalMove(board, { taskId, inProgressQueue, stop: () => host.stopRun(runId, 'cancel') });
}
