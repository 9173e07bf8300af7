import { Context } from '@temporalio/activity';
import { messageOf } from '../core/errors.ts';
import { RUN_HEARTBEAT_MS } from '../core/limits.ts';
import { isStopReason, type StopReason } from '../core/ports/agent.ts';
import type { StopCause } from '../core/schema/agent-outcome.ts';
import type { RunAgentInput, RunEnding } from '../core/schema/task-flow.ts';
import { agentRequest } from './agent-request.ts';
import { followExternalMove } from './follow-external-move.ts';
import { endingOfError } from './not-run.ts';
import type { ActivityPorts } from './ports.ts';
import { recordRun } from './run-record.ts';

/** Runs one agent once; see {@link createRunAgentActivities}. */
export interface RunAgentActivities {
  runAgent(input: RunAgentInput): Promise<RunEnding>;
}

/**
 * The agent run: prompt, process, events, ending. Heartbeats from a timer, so that a silent agent is not a lost
 * one; ends the process for a person's cancel, the brake, a shutdown or a lost server, and says which.
 */
export function createRunAgentActivities(ports: ActivityPorts): RunAgentActivities {
  return {
    async runAgent(input) {
      const context = Context.current();
      const { host } = ports;
      const { runId } = input.claimed;
      const run = host.begin(runId);
      let orphaned = false;
      const stopForwarding = forwardCancellation(context, (cause) => {
        orphaned ||= cause === 'fence';
        host.stopRun(runId, cause);
      });
      const record = recordRun(ports, input);
      const unfollow = followed(ports, input);
      const beat = setInterval(() => context.heartbeat(record.facts()), RUN_HEARTBEAT_MS);
      let noted: Promise<void> | null = null;
      try {
        const taskToken = context.info.base64TaskToken;
        const [request] = await Promise.all([
          agentRequest(ports, input, taskToken),
          host.catchUp(input.epoch),
        ]);
        if ('failed' in request) return await record.end(promptFailure(request.failed));
        await record.begin(request);
        const outcome = await ports.agent(request.kind).run(request, {
          signal: run.signal,
          mayStart: () => host.mayStart(input.epoch),
          onSpawn(process) {
            record.spawned(process);
            // The agent works already; before, this durable write would only keep it waiting: the claim says enough.
            noted = noteRunning(ports, input);
          },
          onEvent: record.event,
        });
        await noted;
        await record.end(outcome);
        // The record keeps the tail. History gets nothing an agent said: it may hold prompts and secrets (R-SYS-012).
        return { ...outcome, tail: '' };
      } catch (error) {
        await noted;
        // Thrown on, it would leave a record that seems to run for ever.
        return await record.end(await endingOfError(error, run.signal));
      } finally {
        clearInterval(beat);
        unfollow();
        stopForwarding();
        run.end();
        if (orphaned) await releaseOrphan(ports, runId);
      }
    },
  };
}

/** Told apart from `claimed` by people alone, so a failing store does not fail the agent. */
async function noteRunning({ store, log }: ActivityPorts, { taskId, claimed }: RunAgentInput): Promise<void> {
  try {
    await store.records.putTaskState(taskId, { status: 'running' });
  } catch (error) {
    log.warn({ taskId, runId: claimed.runId, error: messageOf(error) }, 'running task not noted');
  }
}

/**
 * Nobody waits for this run's answer any more (its workflow was terminated): it is dead now, so its slot is given
 * back from here. If somebody does after all, giving back twice is harmless.
 */
async function releaseOrphan({ governor, wake, log }: ActivityPorts, runId: string): Promise<void> {
  try {
    await governor.release({ leaseId: runId });
    wake('slot');
  } catch (error) {
    log.warn(
      { runId, error: messageOf(error) },
      'slot of an orphaned run not given back; the governor will see',
    );
  }
}

function followed({ board, host }: ActivityPorts, { taskId, claimed }: RunAgentInput): () => void {
  const { onExternalMove, inProgressQueue, runId } = claimed;
  if (onExternalMove === 'keep') return () => {};
  return followExternalMove(board, { taskId, inProgressQueue, stop: () => host.stopRun(runId, 'cancel') });
}

/** A prompt that cannot be made costs one attempt, never the router (R-ART-023). */
function promptFailure(reason: string): RunEnding {
  return {
    kind: 'failed',
    reason: `prompt failed: ${reason}`,
    retryable: true,
    durationMs: 0,
    outputBytes: 0,
    tail: '',
  };
}

/** Tells the run why Temporal cancelled its activity: only `cancelRequested` is a person's stop. */
function forwardCancellation(context: Context, stop: (cause: StopCause) => void): () => void {
  const onAbort = () => {
    const details = context.cancellationDetails;
    if (details?.workerShutdown === true) stop('shutdown');
    else if (details?.timedOut === true || details?.notFound === true) stop('fence');
    else if (isStopReason(context.cancellationSignal.reason))
      stop((context.cancellationSignal.reason as StopReason).stop);
    else stop('cancel');
  };
  context.cancellationSignal.addEventListener('abort', onAbort);
  return () => context.cancellationSignal.removeEventListener('abort', onAbort);
}
