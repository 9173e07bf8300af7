import { createHash, randomUUID } from 'node:crypto';
import {
  type Client,
  WorkflowExecutionAlreadyStartedError,
  WorkflowFailedError,
  WorkflowIdConflictPolicy,
  WorkflowIdReusePolicy,
} from '@temporalio/client';
import { ApplicationFailure } from '@temporalio/common';
import { AppError, isErrorCode } from '../core/errors.ts';
import { commandWorkflowId, dispatchQueue, type ProjectName } from '../core/ids.ts';
import { COMMAND_WAIT_MS_MAX } from '../core/limits.ts';
import { staticSummary } from '../core/policy/details.ts';
import { startTagged } from '../core/policy/missing-attributes.ts';
import type { Board } from '../core/ports/board.ts';
import type { BoardCommand, Caller, CommandAnswer, Control } from '../core/ports/control.ts';
import type { KeptAnswer, Store } from '../core/ports/store.ts';
import type { commandWorkflow } from '../workflows/command.ts';
import { projectKey, taskIdKey } from '../workflows/search-attributes.ts';
import type { Guarded } from './server-errors.ts';

export interface CommandRunnerConfig {
  readonly project: ProjectName;
  readonly store: Store;
  readonly board: Board;
  readonly guarded: Guarded;
}

/**
 * Board writes as `command` workflows: kept under their key, done once however often they are sent, finished even
 * if this process dies after accepting (design: writes are activity-backed).
 */
export function createCommandRunner(config: CommandRunnerConfig): Control['command'] {
  const { project, store, guarded } = config;
  return async (
    command: BoardCommand,
    caller: Caller,
    idempotencyKey: string | null,
  ): Promise<CommandAnswer> => {
    const key = idempotencyKey ?? `${caller.channel}-${randomUUID()}`;
    const { operation } = command;
    const keyHash = createHash('sha256').update(key).digest('hex');
    const workflowId = commandWorkflowId(project, operation, keyHash);
    const bodyHash = await store.records.putText(JSON.stringify(command));
    const kept = await store.records.keepKey(key, { operation, bodyHash, workflowId });
    if (kept.operation !== operation || kept.bodyHash !== bodyHash) throw keyReused(key);
    const settled = settledAnswer(kept);
    if (settled !== null) return settled;
    return guarded((client) =>
      runCommand(client, config, { command, key, workflowId, waits: idempotencyKey !== null }),
    );
  };
}

async function runCommand(
  client: Client,
  { project, store, board }: CommandRunnerConfig,
  {
    command,
    key,
    workflowId,
    waits,
  }: { command: BoardCommand; key: string; workflowId: string; waits: boolean },
): Promise<CommandAnswer> {
  const taskId = 'taskId' in command ? command.taskId : null;
  const input = { key, operation: command.operation, taskId, remoteBoard: board.remote === true };
  const tags = [
    { key: projectKey, value: project },
    ...(taskId === null ? [] : [{ key: taskIdKey, value: taskId }]),
  ];
  const start = startTagged(tags, (typedSearchAttributes) =>
    client.workflow.start<typeof commandWorkflow>('commandWorkflow', {
      workflowId,
      taskQueue: dispatchQueue(project),
      args: [input],
      workflowIdConflictPolicy: WorkflowIdConflictPolicy.USE_EXISTING,
      workflowIdReusePolicy: WorkflowIdReusePolicy.REJECT_DUPLICATE,
      staticSummary: staticSummary(summaryOf(command)),
      typedSearchAttributes,
    }),
  );
  const handle = await start.catch((error: unknown) => {
    // Already over: what it answered is kept.
    if (error instanceof WorkflowExecutionAlreadyStartedError)
      return client.workflow.getHandle<typeof commandWorkflow>(workflowId);
    throw error;
  });
  const poll = new AbortController();
  const done = client
    .withAbortSignal(poll.signal, () => handle.result())
    .then(
      () => answerUnder(store, key),
      (error: unknown) => Promise.reject(toAppError(error)),
    );
  const first = await Promise.race([done, late()]);
  if (first !== 'late') return first;
  // The server would hold the call open for as long as the board is away, and nobody waits for its answer.
  void done.catch(() => undefined);
  poll.abort();
  if (waits) return { kind: 'accepted', workflowId };
  await handle.cancel().catch(() => undefined);
  const kept = await store.records.getKey(key);
  const settled = kept === null ? null : settledAnswer(kept);
  if (settled !== null) return settled;
  throw new AppError('board-unavailable', `not done within ${COMMAND_WAIT_MS_MAX / 1000} s and given up`, {
    hint: 'is a worker up (dispatch status), and does the board answer (dispatch doctor)?',
  });
}

/** The answer never stands in history; it is kept in the store (R-SYS-009). */
async function answerUnder({ records }: Store, key: string): Promise<CommandAnswer> {
  const kept = await records.getKey(key);
  return (kept === null ? null : settledAnswer(kept)) ?? { kind: 'done', answer: null };
}

const late = (): Promise<'late'> =>
  new Promise((resolve) => {
    setTimeout(() => resolve('late'), COMMAND_WAIT_MS_MAX).unref();
  });

function settledAnswer(kept: KeptAnswer): CommandAnswer | null {
  if (kept.state === 'accepted' || kept.answer === null) return null;
  const answer: unknown = JSON.parse(kept.answer);
  if (kept.state === 'done') return { kind: 'done', answer };
  throw appErrorOf(answer as { code?: string; message?: string; hint?: string });
}

function toAppError(error: unknown): unknown {
  if (!(error instanceof WorkflowFailedError)) return error;
  let at: unknown = error.cause;
  while (at instanceof Error && !(at instanceof ApplicationFailure && at.type === 'AppError')) at = at.cause;
  if (!(at instanceof ApplicationFailure)) return error;
  return appErrorOf(
    (at.details?.[0] ?? { message: at.message }) as { code?: string; message?: string; hint?: string },
  );
}

function appErrorOf({
  code = '',
  message = 'the write failed',
  hint,
}: {
  code?: string;
  message?: string;
  hint?: string;
}) {
  return new AppError(isErrorCode(code) ? code : 'conflict', message, hint === undefined ? {} : { hint });
}

function keyReused(key: string): AppError {
  return new AppError('idempotency-mismatch', `Idempotency-Key "${key}" was used for another request`, {
    hint: 'send a new key for a new request',
  });
}

function summaryOf(command: BoardCommand): string {
  switch (command.operation) {
    case 'move-task':
      return `move ${command.taskId} to ${command.targetQueue}`;
    case 'create-task':
      return `create "${command.name}" in ${command.queueName}`;
    case 'record-decision':
      return `decision of ${command.decision.agent}`;
    case 'record-asset':
      return `asset ${command.asset.path}`;
    default:
      return `${command.operation} ${'taskId' in command ? command.taskId : command.name}`;
  }
}
