import { expect, test } from 'vitest';
import { aProject, settledIn } from '../helpers/project.ts';
import { aProcess } from '../helpers/project-process.ts';

test('killed right after its claim, before anybody heard of it, a task goes on under the same slot (R-ART-061, R-SYS-001, R-SYS-018)', async () => {
  const p = await aProject({
    queues: { Todo: [{ id: '1', name: 'a' }], 'In Progress': [], Done: [], Failed: [] },
    agents: { worker: 'echo 0.3 > "$DISPATCH_COST_FILE"' },
    routes: [{ queue_name: 'Todo', agent: 'worker', completed_queue: 'Done' }],
    config: {
      budget: { project_ceiling_usd: 20, agents: { worker: { dispatch_reservation_usd: 0.4 } } },
    },
    worker: false,
  });
  const { records } = p.project.context.store;
  const first = await aProcess(p, 'worker', { DIES_AT_CLAIM: '1' });
  await first.gone;
  expect(await p.task('1')).toMatchObject({ queueName: 'In Progress' });
  expect(await records.getTaskState('1')).not.toMatchObject({ status: 'claimed' });

  const second = await aProcess(p);
  await settledIn(p, '1', 'Done', 60_000);
  expect(await records.getTaskState('1')).toMatchObject({ runCount: 1, lostCount: 0 });
  expect(await records.listSpend({ limit: 10 })).toMatchObject([{ microUsd: 300_000, known: true }]);
  const state = await p.project.context.control.governor();
  expect(state).toMatchObject({ leases: {}, waiting: [] });
  await second.stop();
});
