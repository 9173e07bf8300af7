import { usdOf } from '../../../core/policy/money/dollars.ts';
import { FEE_AGENT } from '../../../core/policy/money/fee.ts';
import type { RunNote } from '../../../core/ports/board.ts';
import type { Connection } from '../../store/connection.ts';
import { query } from '../../store/query.ts';
import { assetTypeOf, isAssetOf, recordAsset } from './assets.ts';
import { bookSpend, type CapsOf } from './budget.ts';
import { ledger, type TaskRunRow } from './ledger-tables.ts';
import { keepPrompt } from './prompts.ts';
import { setResult } from './task-result.ts';

const add = query((a: TaskRunRow) =>
  ledger
    .insertInto('taskRuns')
    .values({
      ...{ runId: a.runId, taskId: a.taskId, agent: a.agent, outcome: a.outcome, step: a.step },
      ...{ reason: a.reason, retryCount: a.retryCount, costMicroUsd: a.costMicroUsd },
      ...{ actualCostMicroUsd: a.actualCostMicroUsd, computedCostMicroUsd: a.computedCostMicroUsd },
      ...{ costUnknown: a.costUnknown, authMode: a.authMode, configIsolation: a.configIsolation },
      ...{ outputRefs: a.outputRefs, toolCalls: a.toolCalls, promptHash: a.promptHash, text: a.text },
      ...{ sessionId: a.sessionId, turns: a.turns, durationMs: a.durationMs, endedAt: a.endedAt },
    })
    .onConflict((conflict) => conflict.doNothing()),
);

/** A run that had asked a person something was well until nobody answered. */
const giveUp = query((a: Pick<TaskRunRow, 'runId' | 'step' | 'outcome' | 'reason' | 'retryCount'>) =>
  ledger
    .updateTable('taskRuns')
    .set({ step: a.step, outcome: a.outcome, reason: a.reason, retryCount: a.retryCount })
    .where('runId', '=', a.runId)
    .where('step', '=', 'leave'),
);

const ofTask = query((a: { taskId: string }) =>
  ledger.selectFrom('taskRuns').selectAll().where('taskId', '=', a.taskId).orderBy('endedAt'),
);

/** The runs of a task, the oldest first. */
export const runsOf = (connection: Connection, taskId: string): readonly TaskRunRow[] =>
  connection.all(ofTask, { taskId });

/** Keeps a run, books what it cost and brings the task's own columns up to date; the same run a second time changes nothing. */
export function noteRun(connection: Connection, taskId: string, note: RunNote, capsOf: CapsOf): void {
  const promptHash = keepPrompt(connection, note);
  const row = rowOf(taskId, note, promptHash);
  if (connection.run(add, row) === 0) {
    if (note.step === 'escalate') connection.run(giveUp, row);
    return;
  }
  bookSpend(connection, capsOf, {
    agent: note.agent,
    day: note.day,
    usd: usdOf(note.costMicroUsd),
    taskId,
    api: note.authMode ?? 'unknown',
    now: note.at,
  });
  if (note.feeMicroUsd !== undefined && note.feeMicroUsd > 0)
    bookSpend(connection, capsOf, {
      ...{ agent: FEE_AGENT, day: note.day, usd: usdOf(note.feeMicroUsd), taskId, api: 'fee', now: note.at },
    });
  if (note.step === 'done') registerFiles(connection, taskId, note);
  const runs = runsOf(connection, taskId);
  const actual = runs.map((run) => run.actualCostMicroUsd).filter((cost) => cost !== null);
  connection.run(setResult, {
    id: taskId,
    outputRefs: JSON.stringify([...new Set(runs.flatMap((run) => JSON.parse(run.outputRefs) as string[]))]),
    costUsd: usdOf(sum(runs.map((run) => run.computedCostMicroUsd ?? run.costMicroUsd))),
    actualCostUsd: actual.length === 0 ? null : usdOf(sum(actual)),
    configIsolation: note.configIsolation,
  });
}

/** What a run wrote that ended well is known as an asset without its agent saying so (R-PROD-026). */
function registerFiles(
  connection: Connection,
  taskId: string,
  { outputRefs, agent, durationMs }: RunNote,
): void {
  for (const path of new Set(outputRefs)) {
    if (isAssetOf(connection, taskId, path)) continue;
    const wallClockSeconds = durationMs / 1000;
    recordAsset(connection, { assetType: assetTypeOf(path), path, agent, taskId, wallClockSeconds });
  }
}

const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);

const rowOf = (taskId: string, note: RunNote, promptHash: string | null): TaskRunRow => ({
  ...{ runId: note.runId, taskId, agent: note.agent, outcome: note.outcome, step: note.step },
  ...{ reason: note.reason, retryCount: note.retryCount, costMicroUsd: note.costMicroUsd },
  actualCostMicroUsd: note.actualCostMicroUsd,
  computedCostMicroUsd: note.computedCostMicroUsd,
  costUnknown: note.costUnknown ? 1 : 0,
  ...{ authMode: note.authMode, configIsolation: note.configIsolation },
  outputRefs: JSON.stringify(note.outputRefs),
  toolCalls: JSON.stringify(note.toolCalls.map(({ name }) => name)),
  promptHash,
  ...{ text: note.text, sessionId: note.sessionId, turns: note.turns },
  ...{ durationMs: Math.round(note.durationMs), endedAt: note.at },
});
