import { KILL_GRACE_MS, SWEEP_MS_MAX } from '../core/limits.ts';
import { type AgentAdapter, type AgentRequest, type AgentRunIo, isStopReason } from '../core/ports/agent.ts';
import type { AgentOutcome, StopCause } from '../core/schema/agent-outcome.ts';
import { type CodeAgent, type CodeAgentAnswer, codeRequest } from './code-agent.ts';
import { boundedEvents } from './code-events.ts';
import { factsOf, outcomeOf, outcomeOfError } from './code-outcome.ts';

/** An aborted adapter may take this long to come back; a command it runs needs TERM, 5 s, KILL and a sweep (ms). */
const COME_BACK_MS_MAX = KILL_GRACE_MS + SWEEP_MS_MAX + 3_000;

/** The adapters that one of code may have run something for it. */
export interface OwnAdapters {
  readonly command: AgentAdapter;
  readonly claude: AgentAdapter;
}

/**
 * An agent in code as an adapter of the worker. It cannot start past the brake, cannot outlast its timeout unnoticed
 * and cannot turn a stop into a success; one that does not come back counts as `leaked`.
 */
export function adaptAgent(
  agent: CodeAgent,
  name: string,
  kind: string,
  { command, claude }: OwnAdapters,
): AgentAdapter {
  async function run(request: AgentRequest, io: AgentRunIo): Promise<AgentOutcome> {
    const startedAt = performance.now();
    const elapsed = () => Math.round(performance.now() - startedAt);
    const end = watchEnd(request.timeoutMs, io.signal);
    const own: AgentRunIo = {
      signal: end.signal,
      mayStart: () => io.mayStart(),
      onSpawn: (process) => io.onSpawn(process),
      onEvent: boundedEvents((type, data) => io.onEvent(type, data)),
      onSpend: (microUsd) => io.onSpend?.(microUsd),
      onTokens: (tokens) => io.onTokens?.(tokens),
    };
    const work = async () => {
      try {
        own.mayStart();
        const answer = await agent.run(
          codeRequest(request, own, { command: command.run, claude: claude.run }),
          own,
        );
        return outcomeOf(answer as CodeAgentAnswer, name, elapsed());
      } catch (error) {
        return outcomeOfError(error, elapsed());
      }
    };
    try {
      const outcome = await Promise.race([work(), end.gaveUp]);
      if (outcome !== null) return end.decide(outcome);
      return end.decide({ ...outcomeOfError('it did not end when told to', elapsed()), leaked: true });
    } finally {
      end.clear();
    }
  }
  return { kind, run };
}

/** The clocks of one run: its timeout, the stop it may be told, and how long it may take to obey. */
function watchEnd(limitMs: number | null, outer: AbortSignal) {
  const controller = new AbortController();
  let timedOut = false;
  let patience: NodeJS.Timeout | undefined;
  let giveUp: (nothing: null) => void = () => {};
  const gaveUp = new Promise<null>((resolve) => {
    giveUp = resolve;
  });
  const stop = (by: StopCause) => {
    if (controller.signal.aborted) return;
    controller.abort({ stop: by });
    patience = setTimeout(giveUp, COME_BACK_MS_MAX, null);
  };
  const onAbort = () => stop(isStopReason(outer.reason) ? outer.reason.stop : 'cancel');
  outer.addEventListener('abort', onAbort, { once: true });
  if (outer.aborted) onAbort();
  const onTime = () => {
    timedOut = !controller.signal.aborted;
    stop('cancel');
  };
  const clock = limitMs === null ? undefined : setTimeout(onTime, limitMs);
  return {
    signal: controller.signal,
    gaveUp,
    /** A run that was told to stop says so, however it then ended. */
    decide(outcome: AgentOutcome): AgentOutcome {
      if (timedOut && limitMs !== null) return { kind: 'timed-out', limitMs, ...factsOf(outcome) };
      const reason: unknown = controller.signal.reason;
      if (!isStopReason(reason) || outcome.kind === 'stopped' || outcome.kind === 'timed-out') return outcome;
      return { kind: 'stopped', by: reason.stop, ...factsOf(outcome) };
    },
    clear() {
      clearTimeout(clock);
      clearTimeout(patience);
      outer.removeEventListener('abort', onAbort);
    },
  };
}
