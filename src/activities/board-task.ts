import type {
  ClaimedRun,
  ClaimTaskInput,
  SettleRunAnswer,
  SettleRunInput,
} from '../core/schema/task-flow.ts';
import { claimTask } from './claim-task.ts';
import type { ActivityPorts } from './ports.ts';
import { settleRun } from './settle-run.ts';

/** A task's two moments on the board: taken up, and written off. */
export interface BoardTaskActivities {
  /** Null: somebody else has it, or it is not where it was. */
  claimTask(input: ClaimTaskInput): Promise<ClaimedRun | null>;
  settleRun(input: SettleRunInput): Promise<SettleRunAnswer>;
}

export const createBoardTaskActivities = (ports: ActivityPorts): BoardTaskActivities => ({
  claimTask: (input) => claimTask(ports, input),
  settleRun: (input) => settleRun(ports, input),
});
