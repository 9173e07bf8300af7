import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { expect, onTestFinished, test } from 'vitest';
import {
  aChaosProject,
  expectAllAsItShouldBe,
  restingBefore,
  restingTasks,
} from '../helpers/chaos-project.ts';
import { until } from '../helpers/project.ts';
import { aProcess } from '../helpers/project-process.ts';
import { MOMENTS, seeded } from '../helpers/seeded.ts';
import { startOwnServer } from '../helpers/temporal-server.ts';
import { witnessLines } from '../helpers/witness.ts';

test('killing the Temporal server at random moments loses nothing, runs nothing twice and touches no agent (R-SYS-001, 003, 004, 005, R-ART-035, 076)', async () => {
  const random = seeded('kill server');
  const folder = mkdtempSync(join(tmpdir(), 'dispatch-server-'));
  const server = await startOwnServer({ dbFile: join(folder, 'temporal.db') });
  onTestFinished(async () => {
    await server.stop();
    rmSync(folder, { recursive: true, force: true });
  });
  const chaos = await aChaosProject(random, { address: server.address });
  const worker = await aProcess(chaos);
  for (let moment = 0; moment < MOMENTS; moment += 1) {
    await until(
      'progress before the next kill',
      async () => (await restingTasks(chaos)) >= restingBefore(moment),
      40_000,
    );
    await setTimeout(random.between(0, 1_000));
    await server.kill();
    await setTimeout(random.between(0, 1_500));
    await server.restart();
    const backAt = Date.now();
    const before = witnessLines(chaos).length;
    // With many moments the last tasks may have ended before the kill: then nothing is left to go on with.
    const goesOn = () => witnessLines(chaos).length > before || isWorkedOff(chaos.readBoard().queues);
    await until('an agent is started or ends again, or all is done', goesOn, 30_000);
    console.log(`kill ${moment + 1}: work went on ${Date.now() - backAt} ms after the server was back`);
  }
  await expectAllAsItShouldBe(chaos);
  const { projection } = chaos.project.context.store;
  const runs = await projection.listRuns({ limit: 200 });
  expect(runs.filter(({ outcome }) => outcome === 'worker_lost' || outcome === 'cancelled')).toEqual([]);
  expect(await worker.stop()).toBe(0);
});

function isWorkedOff({ Done, Failed, ...others }: Record<string, readonly unknown[]>): boolean {
  return Object.values(others).every((tasks) => tasks.length === 0);
}
