import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Worker, type WorkflowBundle } from '@temporalio/worker';
import { DeterminismViolationError } from '@temporalio/workflow';
import { beforeAll, expect, test } from 'vitest';
import { installRuntime } from '../../src/adapters/temporal/runtime.ts';
import * as workflows from '../../src/workflows/index.ts';
import { expectSmall, type HistoryJson, payloadsOf } from '../helpers/history.ts';
import { bundleQuietly, HISTORIES } from '../helpers/workflow-bundle.ts';

/** A loop without end in workflow code would never answer; each history has this long (ms). */
const REPLAY_MS_MAX = 20_000;

const files = readdirSync(HISTORIES, { recursive: true, encoding: 'utf8' })
  .filter((name) => name.endsWith('.json'))
  .sort();
const load = (file: string) => JSON.parse(readFileSync(join(HISTORIES, file), 'utf8')) as HistoryJson;
const typeOf = ({ events }: HistoryJson): string => {
  const { workflowType } = events[0]!.workflowExecutionStartedEventAttributes as {
    workflowType: { name: string };
  };
  return workflowType.name;
};

let workflowBundle: WorkflowBundle;
beforeAll(async () => {
  const ignore = () => undefined;
  installRuntime({ debug: ignore, info: ignore, warn: ignore, error: ignore });
  workflowBundle = await bundleQuietly();
});

test.each(files)('%s still replays (R-SYS-008)', { timeout: REPLAY_MS_MAX }, async (file) => {
  await Worker.runReplayHistory({ workflowBundle }, load(file));
});

test('every workflow has recorded histories (R-SYS-008)', () => {
  const recorded = new Set(files.map((file) => typeOf(load(file))));
  expect([...recorded].sort()).toEqual(Object.keys(workflows).sort());
});

test('recorded histories are small and tell nothing of the machine that made them (R-SYS-009, R-SYS-012)', () => {
  for (const file of files) {
    const history = load(file);
    expectSmall(history, file);
    for (const { identity } of attributesOf(history)) expect(identity ?? 'worker', file).toBe('worker');
    const text = JSON.stringify(history) + payloadsOf(history).join('\n');
    expect(text, file).not.toMatch(/\/(work|home|root|tmp|Users|var)\//);
  }
});

test('replay notices a workflow that was changed without patched() (R-SYS-008)', async () => {
  const path = fileURLToPath(new URL('../fixtures/workflows/changed.ts', import.meta.url));
  const changed = await bundleQuietly(path);
  const seen = new Set<string>();
  for (const file of files) {
    const history = load(file);
    const type = typeOf(history);
    if (seen.has(type)) continue;
    seen.add(type);
    const replay = Worker.runReplayHistory({ workflowBundle: changed }, history);
    await expect(replay, file).rejects.toThrow(DeterminismViolationError);
  }
  expect(seen.size).toBe(Object.keys(workflows).length);
});

/** The one object of attributes that each event has beside its id, time and type. */
function attributesOf({ events }: HistoryJson): Record<string, unknown>[] {
  return events.flatMap((event) =>
    Object.entries(event)
      .filter(([key]) => key.endsWith('EventAttributes'))
      .map(([, attributes]) => attributes as Record<string, unknown>),
  );
}
