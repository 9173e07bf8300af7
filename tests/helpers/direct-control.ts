import { createHash, randomUUID } from 'node:crypto';
import { AppError, isErrorCode } from '../../src/core/errors.ts';
import { commandWorkflowId } from '../../src/core/ids.ts';
import type { GovernorEvent } from '../../src/core/policy/governor/events.ts';
import { initialGovernor } from '../../src/core/policy/governor/initial.ts';
import { reduce } from '../../src/core/policy/governor/reduce.ts';
import type { GovernorState } from '../../src/core/policy/governor/state.ts';
import type { Board } from '../../src/core/ports/board.ts';
import type { BoardCommand, Caller, CommandAnswer, Control } from '../../src/core/ports/control.ts';
import type { KeptAnswer, Store } from '../../src/core/ports/store.ts';

export interface DirectControlConfig {
  readonly project: string;
  readonly board: Board;
  readonly store: Store;
}

/** What a test may set while it runs. */
export interface DirectControl extends Control {
  /** Hosts that do not confirm the brake. */
  silentHosts: string[];
  /** Commands with a key are taken but not carried out while true. */
  isSlow: boolean;
  connected: boolean;
  /** Carries out what was only taken. */
  catchUp(): Promise<void>;
}

/** The twin of the Temporal control: the same answers, with the board written to directly in this process. */
export function createDirectControl({ project, board, store }: DirectControlConfig): DirectControl {
  const { records } = store;
  const taken: (() => Promise<unknown>)[] = [];
  const change = async (event: GovernorEvent): Promise<GovernorState> => {
    const now = Date.now();
    const before =
      (await records.loadGovernor()) ??
      initialGovernor({ project, pools: { routes: 3 }, knownHosts: [], now });
    const { state } = reduce(before, event);
    await records.saveGovernor(state);
    return state;
  };

  const control: DirectControl = {
    silentHosts: [],
    isSlow: false,
    connected: true,
    async catchUp() {
      for (const run of taken.splice(0)) await run();
    },
    async command(
      command: BoardCommand,
      caller: Caller,
      idempotencyKey: string | null,
    ): Promise<CommandAnswer> {
      if (!control.connected)
        throw new AppError('temporal-unavailable', 'Temporal at 127.0.0.1:1 does not answer');
      const key = idempotencyKey ?? `${caller.channel}-${randomUUID()}`;
      const body = JSON.stringify(command);
      const { operation } = command;
      const workflowId = commandWorkflowId(
        project,
        operation,
        createHash('sha256').update(key).digest('hex'),
      );
      const bodyHash = await records.putText(body);
      const kept = await records.keepKey(key, { operation, bodyHash, workflowId });
      if (kept.operation !== operation || kept.bodyHash !== bodyHash) {
        throw new AppError('idempotency-mismatch', `Idempotency-Key "${key}" was used for another request`);
      }
      if (kept.state !== 'accepted') return settled(kept);
      const run = () => carryOut(store, board, key, command);
      if (control.isSlow && idempotencyKey !== null) {
        taken.push(run);
        return { kind: 'accepted', workflowId };
      }
      return settled(await run());
    },
    async arm({ reason, stopRunning }, caller) {
      const { brake } = await change({ kind: 'arm', now: Date.now(), reason, by: caller.actor, stopRunning });
      return { epoch: brake.epoch, confirmed: [], unconfirmed: control.silentHosts };
    },
    async disarm(caller) {
      const { brake } = await change({ kind: 'disarm', now: Date.now(), by: caller.actor });
      return { epoch: brake.epoch };
    },
    async pause(pause, caller) {
      await change({ kind: 'pause', now: Date.now(), pause: { ...pause, by: caller.actor } });
    },
    async unpause(target) {
      await change({ kind: 'unpause', now: Date.now(), ...target });
    },
    async setBudget(cap) {
      await change({ kind: 'set-cap', now: Date.now(), ...cap });
    },
    governor: () => records.loadGovernor(),
    async cancelTask(taskId) {
      const [run] = await store.projection.listRuns({ taskId, status: 'running', limit: 1 });
      if (run === undefined) throw new AppError('run-not-found', `nothing of task ${taskId} runs or waits`);
      return { runId: run.runId };
    },
    tellAnswered: async () => true,
    async retryTask(taskId, _caller, to = null) {
      await board.getTask(taskId);
      const queueName = to ?? (await records.getTaskState(taskId))?.sourceQueue ?? null;
      if (queueName === null) throw new AppError('conflict', `task ${taskId} never ran`);
      await records.putTaskState(taskId, { status: 'waiting', retryCount: 0 });
      await board.moveTask(taskId, queueName);
      return { queueName };
    },
    startDue: async (taskId) => ({ started: taskId === null ? 0 : 1 }),
    async forgetHost(hostId) {
      await records.forgetHost(hostId);
    },
    ping: async () => ({ connected: control.connected, ms: 1, address: '127.0.0.1:7233' }),
  };
  return control;
}

async function carryOut(store: Store, board: Board, key: string, command: BoardCommand): Promise<KeptAnswer> {
  const { records } = store;
  try {
    await records.settleKey(key, 'done', JSON.stringify((await apply(board, key, command)) ?? null));
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    await records.settleKey(key, 'failed', JSON.stringify({ code: error.code, message: error.message }));
  }
  const kept = await records.getKey(key);
  if (kept === null) throw new Error(`the key ${key} is gone`);
  return kept;
}

function settled({ state, answer }: KeptAnswer): CommandAnswer {
  const value = JSON.parse(answer ?? 'null') as { code?: string; message?: string } | null;
  if (state === 'done') return { kind: 'done', answer: value };
  const code = value?.code ?? '';
  throw new AppError(isErrorCode(code) ? code : 'conflict', value?.message ?? 'failed');
}

async function apply(board: Board, key: string, command: BoardCommand): Promise<unknown> {
  switch (command.operation) {
    case 'add-comment': {
      const { author } = command;
      return board.addComment(command.taskId, command.text, {
        key,
        ...(author === undefined ? {} : { author }),
      });
    }
    case 'move-task':
      return board.moveTask(command.taskId, command.targetQueue);
    case 'update-task':
      return board.updateTask(command.taskId, command.patch);
    case 'create-task': {
      const { queueName, name, description, labels = [], assignees = [] } = command;
      return board.createTask(queueName, name, description, { key, labels, assignees });
    }
    case 'create-queue':
      return board.createQueue(command.name);
    case 'rename-queue':
      return board.updateQueue(command.name, { newName: command.newName });
    case 'delete-queue': {
      const { name, moveTo } = command;
      const tasks = moveTo === undefined ? [] : (await board.getQueue(name)).tasks;
      for (const { id } of tasks) await board.moveTask(id, moveTo ?? name);
      return board.deleteQueue(name);
    }
  }
}
