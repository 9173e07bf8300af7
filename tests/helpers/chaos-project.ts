import { expect } from 'vitest';
import { processesWith } from './processes.ts';
import { aProject, type TestProject, until } from './project.ts';
import { MOMENTS, type Seeded } from './seeded.ts';
import { contradictions, WITNESS_START, WITNESS_STOP } from './witness.ts';

/** What a task is made to do: succeed, fail once, fail always, or go through two routes. */
type Fate = 'steady' | 'flaky' | 'doomed' | 'chained';

const FATES: readonly (readonly [Fate, string, number])[] = [
  ['steady', 'Todo', 10],
  ['flaky', 'Flaky', 4],
  ['doomed', 'Doomed', 3],
  ['chained', 'First', 3],
];
const LOST = 'Worker lost 3 times. Moving to dead-letter queue.';

/** A project with 20 tasks of four fates whose processes a test kills; nothing of it runs yet. */
export async function aChaosProject(
  random: Seeded,
  options: { readonly address?: string } = {},
): Promise<TestProject & { readonly taskIds: readonly string[] }> {
  const empty = ['In Progress', 'Second', 'Done', 'Failed'].map((name) => [name, []] as const);
  const filled = FATES.map(([fate, queue, count]) => {
    const tasks = Array.from({ length: count }, (_, index) => ({
      id: `${fate}-${index + 1}`,
      name: `${fate} ${random.between(0.1, 0.9).toFixed(2)}`,
    }));
    return [queue, tasks] as const;
  });
  const work = `${WITNESS_START}\nsleep "\${TASK_NAME##* }"\n`;
  const route = { completed_queue: 'Done', dead_letter_queue: 'Failed', max_retries: 2 };
  const project = await aProject({
    ...options,
    worker: false,
    queues: Object.fromEntries([...filled, ...empty]),
    agents: {
      steady: `${work}${WITNESS_STOP}`,
      flaky: `${work}${WITNESS_STOP}\n[ -e "failed-$TASK_ID" ] || { : > "failed-$TASK_ID"; exit 3; }`,
      doomed: `${work}${WITNESS_STOP}\nexit 3`,
    },
    routes: [
      { ...route, queue_name: 'Todo', agent: 'steady' },
      { ...route, queue_name: 'Flaky', agent: 'flaky' },
      { ...route, queue_name: 'Doomed', agent: 'doomed', max_retries: 1 },
      { ...route, queue_name: 'First', agent: 'steady', completed_queue: 'Second' },
      { ...route, queue_name: 'Second', agent: 'steady' },
    ],
    config: { max_concurrent_agents: 4, api_port: 0 },
  });
  const taskIds = filled.flatMap(([, tasks]) => tasks.map(({ id }) => id));
  return Object.assign(project, { taskIds });
}

type Chaos = TestProject & { readonly taskIds: readonly string[] };

/** Pids of processes that carry the marker of an agent of this project. */
export function agentsAlive({ project }: Pick<TestProject, 'project'>): number[] {
  return processesWith(`DISPATCH_PROJECT=${project.settings().project}`);
}

/** How many tasks have come to rest. */
export async function restingTasks({ project, readBoard, taskIds }: Chaos): Promise<number> {
  const states = await project.context.store.records.listTaskStates({ taskIds, limit: 100 });
  const over = new Set(states.filter(({ status }) => ['done', 'dead'].includes(status)).map((s) => s.taskId));
  const { queues } = readBoard();
  const ended = [...(queues.Done ?? []), ...(queues.Failed ?? [])].filter(({ id }) => over.has(id));
  return ended.length;
}

/** Spreads kills over the run: so many tasks are over before the kill of this number. */
export function restingBefore(moment: number): number {
  return Math.floor((16 * moment) / MOMENTS);
}

/** Ours and those that came in meanwhile: none is left in any other queue, and no run is open. */
async function allOver(chaos: Chaos): Promise<boolean> {
  const { Done, Failed, ...others } = chaos.readBoard().queues;
  if (Object.values(others).some((tasks) => tasks.length > 0)) return false;
  const open = await chaos.project.context.store.projection.listRuns({ status: 'running', limit: 1 });
  return open.length === 0 && (await restingTasks(chaos)) === chaos.taskIds.length;
}

/** Waits until all is over and checks that nothing was lost, doubled or left alive. */
export async function expectAllAsItShouldBe(chaos: Chaos, timeoutMs = 60_000): Promise<void> {
  await until('all tasks at rest', () => allOver(chaos), timeoutMs).catch(async (error: unknown) => {
    const states = await chaos.project.context.store.records.listTaskStates({ limit: 100 });
    const open = states.filter(({ status }) => !['done', 'dead'].includes(status));
    console.log('not at rest:', JSON.stringify(open, null, 1), JSON.stringify(chaos.readBoard().queues));
    throw error;
  });
  expect(await contradictions(chaos)).toEqual([]);
  for (const taskId of chaos.taskIds) await expectFate(chaos, taskId);
  expect(agentsAlive(chaos)).toEqual([]);
}

async function expectFate(chaos: Chaos, taskId: string): Promise<void> {
  const { context } = chaos.project;
  const task = await chaos.task(taskId);
  const runs = await context.store.projection.listRuns({ taskId, limit: 50 });
  const lost = runs.filter(({ outcome }) => outcome === 'worker_lost').length;
  const texts = task.comments.map(({ text }) => text).filter((text) => !text.startsWith('said '));
  const facts = `${taskId}: ${JSON.stringify(texts)} ${runs.map(({ outcome }) => outcome)}`;
  if (lost >= 3 && texts.includes(LOST)) {
    expect(task.queueName, facts).toBe('Failed');
    return;
  }
  const retry = (count: number, max: number) =>
    `Retry ${count}/${max}: exited with code 3. Moving back to source queue for retry.`;
  const fate = taskId.replace(/-\d+$/, '') as Fate;
  if (fate === 'doomed') {
    expect(task.queueName, facts).toBe('Failed');
    expect(texts).toEqual([retry(1, 1), 'Max retries (1) exhausted. Moving to dead-letter queue.']);
    return;
  }
  expect(task.queueName, facts).toBe('Done');
  // A worker that dies just after its agent failed loses that failure: the task runs again, uncounted.
  const counted = fate === 'flaky' && (lost === 0 || texts.length > 0) ? [retry(1, 2)] : [];
  expect(texts, facts).toEqual(counted);
  expect((await context.store.records.getTaskState(taskId))?.retryCount, facts).toBe(0);
}
