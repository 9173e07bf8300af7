import { existsSync, mkdirSync, mkdtempSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { createSqliteStore } from '../../src/adapters/store/create-sqlite-store.ts';
import { EVENTS_KEPT_MS, RUNS_KEPT_MS } from '../../src/core/limits.ts';
import { pruneOnce } from '../../src/poller/prune.ts';

test('old runs, events and output files are forgotten, young ones stay (R-SYS-009, R-ART-087)', async () => {
  const dir = mkdtempSync(join(tmpdir(), 'dispatch-prune-'));
  onTestFinished(() => rmSync(dir, { recursive: true, force: true }));
  const outputDir = join(dir, 'runs');
  mkdirSync(outputDir);
  const now = Date.now();
  for (const [name, age] of [
    ['old', RUNS_KEPT_MS + 60_000],
    ['young', 60_000],
  ] as const) {
    writeFileSync(join(outputDir, `${name}.log`), 'output');
    utimesSync(join(outputDir, `${name}.log`), new Date(now - age), new Date(now - age));
  }
  let clock = now - EVENTS_KEPT_MS - 60_000;
  const store = await createSqliteStore({ dir, project: 'p', now: () => clock });
  onTestFinished(() => store.close());
  const event = { task_id: '1', run_id: null, attempt: 1, type: 'system', data: {} } as const;
  await store.projection.appendEvents([event]);
  clock = now;
  await store.projection.appendEvents([event]);

  expect(await pruneOnce({ store, outputDir }, now)).toBe(2);

  expect(existsSync(join(outputDir, 'old.log'))).toBe(false);
  expect(existsSync(join(outputDir, 'young.log'))).toBe(true);
  expect(await store.projection.listEvents({ taskId: '1', afterSeq: 0, limit: 10 })).toHaveLength(1);
});
