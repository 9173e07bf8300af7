import type {
  ClaimedRun,
  ClaimTaskInput,
  HasLeftInput,
  LookAtQuestionsInput,
  PutAwayInput,
  QuestionLook,
  SettleRunAnswer,
  SettleRunInput,
} from '../core/schema/task-flow.ts';
import { claimTask } from './claim-task.ts';
import { hasLeft } from './leave-route.ts';
import { lookAtQuestions } from './look-at-questions.ts';
import type { ActivityPorts } from './ports.ts';
import { putAway } from './put-away.ts';
import { settleRun } from './settle-run.ts';

/** A task's moments on the board: taken up, written off, called off. */
export interface BoardTaskActivities {
  /** Null: somebody else has it, or it is not where it was. */
  claimTask(input: ClaimTaskInput): Promise<ClaimedRun | null>;
  settleRun(input: SettleRunInput): Promise<SettleRunAnswer>;
  /** Somebody has taken it out of the queue in which it waits for its next run. */
  hasLeft(input: HasLeftInput): Promise<boolean>;
  /** What has come of the questions of its last run; answered, it goes back to its source queue. */
  lookAtQuestions(input: LookAtQuestionsInput): Promise<QuestionLook>;
  /** Called off before it ran. */
  putAway(input: PutAwayInput): Promise<void>;
}

export const createBoardTaskActivities = (ports: ActivityPorts): BoardTaskActivities => ({
  claimTask: (input) => claimTask(ports, input),
  settleRun: (input) => settleRun(ports, input),
  hasLeft: (input) => hasLeft(ports, input),
  lookAtQuestions: (input) => lookAtQuestions(ports, input),
  putAway: (input) => putAway(ports, input),
});
