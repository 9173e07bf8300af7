import type { Operation } from '../api/operation.ts';
import { runOperation } from '../api/run-operation.ts';
import { AppError } from '../core/errors.ts';
import type { Cli } from './cli.ts';
import { arrows, INTERRUPTED, type ToldResult, tellResult } from './tell-result.ts';
import { type ManyCalls, withWorkers } from './with-workers.ts';

/** What is called, and how its answer is shown. */
export interface AgentCall {
  readonly operation: Operation;
  readonly input: Readonly<Record<string, unknown>>;
  readonly agent: string;
  /** Show what the agent does meanwhile. */
  readonly live: boolean;
  readonly tell?: (cli: Cli, answer: ToldResult) => number;
  /** Before anything runs. */
  readonly begin?: (calls: ManyCalls) => Promise<void>;
}

/** Calls one agent as a person at this terminal, and answers the exit code. */
export function callAgent(cli: Cli, call: AgentCall): Promise<number> {
  const { operation, input, agent, live, tell = tellResult } = call;
  return withWorkers(cli, async (calls) => {
    await call.begin?.(calls);
    const context = live ? { ...calls.context, progress: arrows(cli, agent) } : calls.context;
    const answer = await untilInterrupted(cli, () => runOperation(operation, context, input));
    return answer === null ? INTERRUPTED : tell(cli, answer as ToldResult);
  });
}

/** Null: Ctrl-C came first; what was begun goes on and is named. */
export async function untilInterrupted<T>({ io, out }: Cli, work: () => Promise<T>): Promise<T | null> {
  try {
    return await work();
  } catch (error) {
    if (!io.stop.signal.aborted || !(error instanceof AppError) || error.code !== 'timed-out') throw error;
    const { jobId } = error.details ?? {};
    out.note(
      `The work goes on: dispatch job ${String(jobId)}; end it with: dispatch cancel ${String(jobId)}`,
    );
    return null;
  }
}
