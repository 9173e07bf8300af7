import type { AgentAdapter } from '../../src/core/ports/agent.ts';

/** One run as the agent saw it. */
export interface NoopRun {
  readonly taskId: string;
  readonly runId: string;
  /** Runs alive at its start, itself included. */
  readonly alive: number;
}

/** An agent without a process, in place of `command`: keeps what it was asked and succeeds after `lastsMs`. */
export function createNoopAgent(
  lastsMs = 0,
  /** What a task's agent does at its end; a text makes it fail for that reason. */
  atEnd: (taskId: string) => Promise<string | null> | string | null = () => null,
): AgentAdapter & { readonly runs: NoopRun[]; alive(): number } {
  const runs: NoopRun[] = [];
  let alive = 0;
  return {
    kind: 'command',
    runs,
    alive: () => alive,
    async run({ runId, taskId }, { mayStart, signal }) {
      const facts = { durationMs: 0, outputBytes: 0, tail: '' };
      try {
        mayStart();
      } catch {
        return { kind: 'stopped', by: 'brake', ...facts };
      }
      alive += 1;
      runs.push({ taskId, runId, alive });
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, lastsMs);
        const stop = () => {
          clearTimeout(timer);
          resolve();
        };
        signal.addEventListener('abort', stop, { once: true });
      });
      alive -= 1;
      if (signal.aborted) return { kind: 'stopped', by: (signal.reason as { stop: 'brake' }).stop, ...facts };
      const reason = await atEnd(taskId);
      if (reason !== null) return { kind: 'failed', reason, retryable: true, ...facts };
      return { kind: 'succeeded', ...facts };
    },
  };
}
