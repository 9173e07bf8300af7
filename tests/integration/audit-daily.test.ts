import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import BetterSqlite3 from 'better-sqlite3';
import { expect, test } from 'vitest';
import { anchorIfDue, ownAnchorsPath, startDailyAnchor } from '../../src/adapters/audit/daily-anchor.ts';
import { createSqliteStore } from '../../src/adapters/store/create-sqlite-store.ts';
import type { NewNotice } from '../../src/core/ports/notices.ts';
import { aProject, runCli } from '../helpers/cli.ts';
import { until } from '../helpers/processes.ts';

const CONFIG =
  'project: shop\nboard: board.json\ncommand: echo\nroutes: [{ queue_name: Todo, in_progress_queue: Doing }]\n';
const DAY_MS = 24 * 3600 * 1000;

/** A project with a trail and what anchors it by itself. */
async function anAnchoredProject() {
  const { folder, env } = aProject({ config: CONFIG });
  const stateDir = join(folder, '.dispatch');
  const store = await createSqliteStore({ dir: stateDir, project: 'shop' });
  for (const task of ['1', '2', '3']) await store.records.putTaskState(task, { status: 'claimed' });
  const raised: NewNotice[] = [];
  const resolved: string[] = [];
  const silent = () => undefined;
  const ports = {
    ...{ project: 'shop', records: store.records, owner: 'me' },
    path: ownAnchorsPath(join(env.XDG_STATE_HOME, 'dispatch'), { project: 'shop', stateDir }),
    log: { debug: silent, info: silent, warn: silent, error: silent },
    notices: {
      raise: async (notice: NewNotice) => raised.push(notice) > 0,
      resolve: async (key: string) => resolved.push(key) > 0,
    },
  };
  return {
    ...{ store, ports, raised, file: join(stateDir, 'records.db') },
    anchors: () =>
      readFileSync(ports.path, 'utf8')
        .trim()
        .split('\n')
        .map((line) => JSON.parse(line)),
    verify: () => runCli(['audit', 'verify'], { cwd: folder, env }),
  };
}

test('the trail is anchored by itself once a day, and verified against that (R-PROD-028)', async () => {
  const { store, ports, anchors, verify } = await anAnchoredProject();
  const stop = startDailyAnchor(ports);
  await until(() => {
    try {
      return anchors().length === 1;
    } catch {
      return false;
    }
  }, 5_000);
  stop();
  await anchorIfDue(ports, Date.now());
  expect(anchors()).toMatchObject([{ project: 'shop', seq: 3 }]);
  await store.records.putTaskState('4', { status: 'claimed' });
  await anchorIfDue(ports, Date.now() + DAY_MS);
  expect(anchors().map(({ seq }) => seq)).toEqual([3, 4]);
  await store.close();
  expect(await verify()).toMatchObject({ exitCode: 0, stdout: expect.stringMatching(/4 rows, 2 anchored/) });
});

test('a trail that was changed or made anew is told of once a day, and not anchored (R-PROD-028)', async () => {
  const { store, ports, raised, anchors, file, verify } = await anAnchoredProject();
  await anchorIfDue(ports, Date.now());
  const db = new BetterSqlite3(file);
  db.exec('delete from audit; delete from audit_heads');
  db.close();
  for (let count = 0; count < 5; count++)
    await store.records.putTaskState('9', { status: 'done', retryCount: count });
  await anchorIfDue(ports, Date.now() + DAY_MS);
  expect(raised).toMatchObject([{ kind: 'anomaly', body: expect.stringContaining('Line 3: ') }]);
  expect(anchors()).toHaveLength(1);
  await store.close();
  expect(await verify()).toMatchObject({
    exitCode: 1,
    stdout: expect.stringMatching(/row 3: it is not the row that was anchored/),
  });
});
