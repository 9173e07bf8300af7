import { setTimeout } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { aChaosProject, expectAllAsItShouldBe } from '../helpers/chaos-project.ts';
import { aProcess, type ProjectProcess } from '../helpers/project-process.ts';
import { MOMENTS, seeded } from '../helpers/seeded.ts';

test('killing the HTTP API at random moments loses no accepted write and does none twice (R-SYS-001, 004, 006, R-ART-076)', async () => {
  const random = seeded('kill API');
  const chaos = await aChaosProject(random);
  const worker = await aProcess(chaos);
  let api: ProjectProcess | null = await aProcess(chaos, 'api');
  const accepted = new Set<string>();

  /** What a careful client does: the same key until somebody says that it is done or kept. */
  async function post(path: string, key: string, body: object): Promise<void> {
    for (;;) {
      const status = await fetch(`${api?.url}${path}`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', 'idempotency-key': key },
        body: JSON.stringify(body),
      }).then(
        async (answer) => {
          const text = await answer.text();
          if (answer.status >= 400 && answer.status < 500) throw new Refused(`${answer.status} ${text}`);
          return answer.status;
        },
        () => 0,
      );
      if (status >= 200 && status < 300) return void accepted.add(key);
      await setTimeout(50);
    }
  }
  const writes = chaos.taskIds.map(async (taskId, index) => {
    await setTimeout(random.between(0, 4_000));
    await post(`/tasks/${taskId}/comments`, `comment-${taskId}`, { comment: `said ${taskId}` });
    if (index % 4 === 0)
      await post('/tasks', `task-${taskId}`, { queue_name: 'Todo', name: `made ${index} 0.1` });
  });
  for (let moment = 0; moment < MOMENTS; moment += 1) {
    await setTimeout(random.between(200, 1_500));
    await api.kill();
    api = await aProcess(chaos, 'api');
  }
  await Promise.all(writes);
  expect(accepted.size).toBe(25);

  const board = chaos.readBoard() as unknown as { queues: Record<string, { name: string }[]> };
  const made = Object.values(board.queues)
    .flat()
    .map(({ name }) => name)
    .filter((name) => name.startsWith('made '));
  expect(made.sort()).toEqual([0, 12, 16, 4, 8].map((index) => `made ${index} 0.1`));
  await expectAllAsItShouldBe(chaos);
  for (const taskId of chaos.taskIds) {
    const said = (await chaos.comments(taskId)).filter((text) => text.startsWith('said '));
    expect(said).toEqual([`said ${taskId}`]);
  }
  expect(await worker.stop()).toBe(0);
  expect(await api.stop()).toBe(0);
});

class Refused extends Error {}
