import {
  type Client,
  QueryRejectedError,
  WorkflowIdConflictPolicy,
  WorkflowNotFoundError,
  WorkflowUpdateFailedError,
  WorkflowUpdateRPCTimeoutOrCancelledError,
} from '@temporalio/client';
import { governorQueue, governorWorkflowId, type ProjectName } from '../../core/ids.ts';
import type { GovernorState, Room } from '../../core/policy/governor/state.ts';
import type { Governor } from '../../core/ports/governor.ts';
import type { governorWorkflow } from '../../workflows/governor.ts';
import {
  admitUpdate,
  heldQuery,
  pauseSignal,
  releaseUpdate,
  roomQuery,
  spendUpdate,
  withdrawSignal,
} from '../../workflows/messages.ts';
import { governorSettings } from './governor-settings.ts';

export interface GovernorClientConfig {
  readonly client: Client;
  readonly project: ProjectName;
  /** What a governor that is not there is started with. */
  seed(): Promise<GovernorState>;
  /** Hears the room every answer carries. */
  onRoom(room: Room): void;
}

/** Tries of one call while the governor is away or renewing itself, and the pause between them. */
const TRIES_MAX = 40;
const TRY_PAUSE_MS = 50;
/** All tries together (ms): shorter than the activities that call, so that none of them leaves a call behind. */
const CALL_MS_MAX = 20_000;

/** Talks to the governor by Update; starts it when nobody is there. Every call may be repeated (idempotent ids). */
export function createGovernorClient(config: GovernorClientConfig): Governor & { start(): Promise<void> } {
  const { client, project, onRoom } = config;
  const handle = () => client.workflow.getHandle<typeof governorWorkflow>(governorWorkflowId(project));

  async function start(): Promise<void> {
    await client.workflow.start<typeof governorWorkflow>('governorWorkflow', {
      workflowId: governorWorkflowId(project),
      taskQueue: governorQueue(project),
      args: [{ state: await config.seed(), continued: false }],
      workflowIdConflictPolicy: WorkflowIdConflictPolicy.USE_EXISTING,
      staticSummary: `governor of ${project}: brake, pauses, slots, waiting line`,
    });
  }

  async function patiently<T>(call: () => Promise<T>): Promise<T> {
    const deadline = Date.now() + CALL_MS_MAX;
    for (let tries = 1; ; tries += 1) {
      try {
        return await client.withDeadline(deadline, call);
      } catch (error) {
        if (tries >= TRIES_MAX || Date.now() >= deadline || !isPassing(error)) throw error;
        if (isGone(error)) await start();
        else await new Promise((resolve) => setTimeout(resolve, TRY_PAUSE_MS));
      }
    }
  }

  return {
    start,
    async admit(request) {
      const answer = await patiently(() => handle().executeUpdate(admitUpdate, { args: [request] }));
      onRoom(answer.room);
      return answer;
    },
    async release(request) {
      const answer = await patiently(() => handle().executeUpdate(releaseUpdate, { args: [request] }));
      onRoom(answer.room);
      return answer;
    },
    async spend(spent) {
      const answer = await patiently(() => handle().executeUpdate(spendUpdate, { args: [spent] }));
      return answer.allowanceMicroUsd;
    },
    held: (leaseId) => patiently(() => handle().query(heldQuery, leaseId)),
    withdraw: (leaseId) => patiently(() => handle().signal(withdrawSignal, { leaseId })),
    restAccount: ({ account, until, reason }) =>
      patiently(() =>
        handle().signal(pauseSignal, { scope: 'account', name: account, until, reason, by: 'dispatch' }),
      ),
    ...governorSettings(client, handle),
    async room(pool) {
      const room = await patiently(() => handle().query(roomQuery, pool));
      onRoom(room);
      return room;
    },
  };
}

const isGone = (error: unknown): boolean =>
  error instanceof WorkflowNotFoundError || error instanceof QueryRejectedError;

/** The governor is not there, renews itself, or an answer got lost: ask again, the reducer knows repeated ids. */
function isPassing(error: unknown): boolean {
  if (isGone(error) || error instanceof WorkflowUpdateRPCTimeoutOrCancelledError) return true;
  // The Update was not carried out because its Workflow Run ended (Continue-As-New).
  return error instanceof WorkflowUpdateFailedError;
}
