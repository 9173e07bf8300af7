import type { Operation } from '../api/operation.ts';
import { runOperation } from '../api/run-operation.ts';
import type { Cli } from './cli.ts';
import { pause } from './pause.ts';
import { INTERRUPTED } from './tell-result.ts';
import { withWorkers } from './with-workers.ts';

const LOOK_MS = 300;

/** Several calls that belong together: how they are begun and looked at, and how they are shown. */
export interface FollowedPlan<State> {
  readonly start: Operation;
  readonly look: Operation;
  readonly input: Readonly<Record<string, unknown>>;
  /** Hears every look. */
  onLook(state: State): void;
  /** Shows the end and answers the exit code. */
  tell(state: State): number;
}

interface Followed {
  readonly id: string;
  readonly status: 'running' | 'done';
}

/** Begins and follows to the end; Ctrl-C ends the following, never the work. */
export function followPlan<State extends Followed>(cli: Cli, plan: FollowedPlan<State>): Promise<number> {
  return withWorkers(cli, async ({ context }) => {
    const { signal } = cli.io.stop;
    let state = (await runOperation(plan.start, context, plan.input)) as State;
    for (;;) {
      plan.onLook(state);
      if (state.status === 'done') return plan.tell(state);
      await pause(LOOK_MS, signal);
      if (signal.aborted) {
        cli.out.note('The work goes on: dispatch jobs');
        return INTERRUPTED;
      }
      state = (await runOperation(plan.look, context, { id: state.id })) as State;
    }
  });
}
