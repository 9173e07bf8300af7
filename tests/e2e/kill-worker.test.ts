import { setTimeout } from 'node:timers/promises';
import { expect, test } from 'vitest';
import {
  aChaosProject,
  expectAllAsItShouldBe,
  restingBefore,
  restingTasks,
} from '../helpers/chaos-project.ts';
import { until } from '../helpers/project.ts';
import { aProcess } from '../helpers/project-process.ts';
import { MOMENTS, seeded } from '../helpers/seeded.ts';

/** A restarted worker must have accounted for what it was running within this time. */
const ACCOUNTED_MS_MAX = 10_000;

test('killing the worker at random moments loses nothing and runs nothing twice at once (R-SYS-001, 002, 004, 005, R-ART-035, 061, 074, 076)', async () => {
  const random = seeded('kill worker');
  const chaos = await aChaosProject(random);
  const { records, projection } = chaos.project.context.store;
  let worker = await aProcess(chaos);
  for (let moment = 0; moment < MOMENTS; moment += 1) {
    await until(
      'progress before the next kill',
      async () => (await restingTasks(chaos)) >= restingBefore(moment),
      40_000,
    );
    await setTimeout(random.between(0, 1_000));
    await worker.kill();
    const open = await projection.listRuns({ status: 'running', limit: 100 });
    worker = await aProcess(chaos);
    const { upAt } = worker;
    for (const { taskId, runId } of open) {
      await until(
        `run ${runId} of ${taskId} accounted for`,
        async () => {
          const run = await projection.getRun(runId);
          return run?.status === 'finished' || (await records.getTaskState(taskId ?? ''))?.token !== runId;
        },
        30_000,
      );
    }
    const tookMs = Date.now() - upAt;
    console.log(`kill ${moment + 1}: ${open.length} open, accounted for after ${tookMs} ms`);
    expect(tookMs).toBeLessThan(ACCOUNTED_MS_MAX);
  }
  await expectAllAsItShouldBe(chaos);
  expect(await worker.stop()).toBe(0);
});
