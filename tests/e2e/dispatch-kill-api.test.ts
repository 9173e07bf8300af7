import { setTimeout } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { allOver, allTaken, expectEachOnce, newJobs } from '../helpers/dispatch-rounds.ts';
import { aDispatchScene, askAll, type DispatchScene, told } from '../helpers/dispatch-scene.ts';
import { anMcpClient, ERAS } from '../helpers/mcp-clients.ts';
import { until } from '../helpers/project.ts';
import { aProcess, type ProjectProcess } from '../helpers/project-process.ts';
import { MOMENTS, type Seeded, seeded } from '../helpers/seeded.ts';

const ROUND_MS_MAX = 120_000;

test('killing the HTTP API at random moments loses no dispatch it took and runs none twice (R-SYS-001, R-SYS-004, R-SYS-006, R-AD-074)', async () => {
  const random = seeded('kill API of dispatches');
  const scene = await aDispatchScene({ kept: { delayMs: 800, text: 'kept for you' } });
  await told(scene, () => kills(scene, random));
}, 900_000);

async function kills(scene: DispatchScene, random: Seeded): Promise<void> {
  const worker = await aProcess(scene);
  let api = await aProcess(scene, 'api');
  const observer = await anMcpClient('modern', scene.place);
  const begun = await observer.call('dispatch_session', { agent: 'talk', task: 'hello' });
  const sessionId = String(begun.json.session_id);
  const news = newJobs(observer);
  await news();

  for (let moment = 0; moment < MOMENTS; moment += 1) {
    const client = await anMcpClient(ERAS[moment % 2] ?? 'legacy', { url: `${api.url}/mcp` });
    const calls = Promise.allSettled(Object.values(askAll(client, `round ${moment}`, sessionId)));
    const careful = askUntilAnswered(() => api, moment);
    if (moment === 0)
      await until('all are taken', async () => allTaken(await news({ keep: true })), ROUND_MS_MAX);
    else await setTimeout(random.between(0, moment % 2 === 1 ? 400 : 3_000));
    await api.kill();
    // An old client would wait for its answers to the end of its patience.
    await client.close();
    const answered = (await calls).filter(({ status }) => status === 'fulfilled').length;
    api = await aProcess(scene, 'api');

    const kept = await careful;
    expect(kept).toMatchObject({ status: 'done', result: { success: true, result: 'kept for you' } });
    await until('all that was taken is over', () => allOver(observer, scene), ROUND_MS_MAX);
    const jobs = await news();
    console.log(`kill ${moment + 1}: ${answered} answered before, ${jobs.length} jobs`);
    expect(jobs.filter(({ agent }) => agent === 'kept').map(({ id }) => id)).toEqual([kept.id]);
    await expectEachOnce(observer, scene, { jobs, all: moment === 0 });
    const later = await anMcpClient('legacy', { url: `${api.url}/mcp` });
    expect((await later.call('dispatch_status', { job_id: kept.id })).json).toMatchObject({ status: 'done' });
  }
  expect(scene.witness.lines().filter(({ what }) => what !== 'start')).toEqual([]);
  expect(scene.agentsAlive()).toEqual([]);
  expect(await worker.stop()).toBe(0);
  expect(await api.stop()).toBe(0);
}

/** What a careful client does: the same key until somebody answers the end. */
async function askUntilAnswered(api: () => ProjectProcess, moment: number) {
  const deadline = performance.now() + ROUND_MS_MAX;
  for (;;) {
    const job = await fetch(`${api().url}/dispatches?wait=5`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'idempotency-key': `kept-${moment}` },
      body: JSON.stringify({ agent: 'kept', task: `kept ${moment}` }),
    }).then(
      async (answer) => (await answer.json()) as { readonly id: string; readonly status: string },
      () => null,
    );
    if (job?.status === 'done') return job;
    if (performance.now() > deadline) throw new Error(`no end: ${JSON.stringify(job)}`);
    await setTimeout(50);
  }
}
