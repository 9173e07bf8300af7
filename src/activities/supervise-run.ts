import { Context } from '@temporalio/activity';
import { messageOf } from '../core/errors.ts';
import { RUN_HEARTBEAT_MS } from '../core/limits.ts';
import { accountOf } from '../core/policy/account.ts';
import { isStopReason, type StopReason } from '../core/ports/agent.ts';
import type { AgentOutcome, StopCause } from '../core/schema/agent-outcome.ts';
import type { RunEnding } from '../core/schema/task-flow.ts';
import { endingOfError } from './not-run.ts';
import type { ActivityPorts } from './ports.ts';
import { releaseRun } from './release-run.ts';
import { restAccount } from './rest-account.ts';
import { runMoney } from './run-money.ts';
import { recordRun } from './run-record.ts';
import type { RunSource } from './run-source.ts';

/**
 * The one way an agent runs: prompt, process, events, ending. Heartbeats from a timer, so that a silent agent is not a
 * lost one; ends the process for a person's cancel, the brake, a shutdown or a lost server, and says which.
 */
export async function superviseRun(ports: ActivityPorts, source: RunSource): Promise<RunEnding> {
  const context = Context.current();
  const { host } = ports;
  const { runId } = source.identity;
  const run = host.begin(runId);
  let orphaned = false;
  const stopForwarding = forwardCancellation(context, (cause) => {
    orphaned ||= cause === 'fence';
    host.stopRun(runId, cause);
  });
  const record = recordRun(ports, source.identity);
  const unfollow = source.follow();
  const beat = setInterval(() => context.heartbeat(record.facts()), RUN_HEARTBEAT_MS);
  const money = runMoney(ports, { ...source.identity, grant: source.grant });
  let noted: Promise<void> | null = null;
  try {
    const taskToken = context.info.base64TaskToken;
    const [request] = await Promise.all([source.prepare(taskToken), host.catchUp(source.epoch)]);
    if ('failed' in request) return await end(promptFailure(request.failed));
    await record.begin(request);
    if ((await source.mayRun?.(request.prompt)) === false) return await end(calledOff());
    const outcome = await ports.agent(request.kind).run(request, {
      signal: run.signal,
      mayStart: () => host.mayStart(source.epoch),
      onSpawn(process) {
        money.began();
        record.spawned(process);
        // The agent works already; before, this durable write would only keep it waiting: the claim says enough.
        noted = source.noteRunning(request.prompt);
      },
      onEvent(type, data) {
        record.event(type, data);
        source.onEvent?.(type, data);
      },
      onSpend: money.spent,
      onTokens: money.used,
    });
    await noted;
    const account = accountOf({ kind: request.kind, name: source.identity.agent, env: request.env });
    return await end(outcome, await restAccount(ports, account, outcome));
  } catch (error) {
    await noted;
    // Thrown on, it would leave a record that seems to run for ever.
    return await end(await endingOfError(error, run.signal));
  } finally {
    clearInterval(beat);
    unfollow();
    stopForwarding();
    run.end();
    if (orphaned) await releaseOrphan(ports, source);
  }

  async function end(ended: AgentOutcome, limited = false): Promise<RunEnding> {
    const outcome = await money.book(ended);
    const asked = outcome.kind === 'succeeded' && (await source.asked());
    await source.keep?.(outcome, asked);
    await record.end(outcome);
    return { ...historyOf(outcome), ...(limited ? { limited } : {}), ...(asked ? { asked } : {}) };
  }
}

/** The store keeps what the agent said. History gets nothing of it: it may hold prompts and secrets (R-SYS-012). */
function historyOf({ report, ...outcome }: AgentOutcome): RunEnding {
  return {
    ...outcome,
    tail: '',
    ...(report?.conversationMissing === true ? { fresh: true } : {}),
    ...(report?.allowanceReached === true ? { overBudget: true } : {}),
  };
}

/**
 * Nobody waits for this run's answer any more (its workflow was terminated): it is dead now, so its slot is given
 * back from here. If somebody does after all, giving back twice is harmless.
 */
async function releaseOrphan(ports: ActivityPorts, { identity, grant }: RunSource): Promise<void> {
  const { wake, log } = ports;
  const { runId, agent, surface, taskId, jobId } = identity;
  try {
    await releaseRun(ports, { runId, agent, surface, taskId, jobId, grant, ending: ORPHANED });
    wake('slot');
  } catch (error) {
    log.warn(
      { runId, error: messageOf(error) },
      'slot of an orphaned run not given back; the governor will see',
    );
  }
}

/** It was no doing of the agent's, whatever it cost. */
const ORPHANED: RunEnding = { kind: 'worker-lost' };

const NOTHING = { durationMs: 0, outputBytes: 0, tail: '' } as const;

/** A prompt that cannot be made costs one attempt, never the router (R-ART-023). */
const promptFailure = (reason: string): AgentOutcome => ({
  kind: 'failed',
  reason: `prompt failed: ${reason}`,
  retryable: true,
  ...NOTHING,
});

const calledOff = (): AgentOutcome => ({ kind: 'stopped', by: 'cancel', ...NOTHING });

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
