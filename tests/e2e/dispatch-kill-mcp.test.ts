import { setTimeout } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { allOver, allTaken, expectEachOnce, newJobs } from '../helpers/dispatch-rounds.ts';
import { aDispatchScene, askAll, type DispatchScene, jobsSeen, told } from '../helpers/dispatch-scene.ts';
import { anMcpClient, ERAS } from '../helpers/mcp-clients.ts';
import { until } from '../helpers/project.ts';
import { aProcess } from '../helpers/project-process.ts';
import { MOMENTS, type Seeded, seeded } from '../helpers/seeded.ts';

const ROUND_MS_MAX = 120_000;

test('killing the MCP process at random moments loses nothing it took and runs nothing twice (R-SYS-001, R-SYS-006, R-AD-057, R-AD-074, R-AD-139)', async () => {
  const random = seeded('kill MCP');
  const scene = await aDispatchScene();
  await told(scene, () => kills(scene, random));
}, 900_000);

async function kills(scene: DispatchScene, random: Seeded): Promise<void> {
  const worker = await aProcess(scene);
  const observer = await anMcpClient('modern', scene.place);
  const begun = await observer.call('dispatch_session', { agent: 'talk', task: 'hello' });
  const sessionId = String(begun.json.session_id);
  const news = newJobs(observer);
  await news();

  for (let moment = 0; moment < MOMENTS; moment += 1) {
    const client = await anMcpClient(ERAS[moment % 2] ?? 'legacy', scene.place);
    // Its project is open, so that the kill meets the calls themselves.
    await client.call('list_agents');
    const calls = Promise.allSettled(Object.values(askAll(client, `round ${moment}`, sessionId)));
    // The first kill meets all four under way, the others whatever is there.
    if (moment === 0)
      await until('all are taken', async () => allTaken(await news({ keep: true })), ROUND_MS_MAX);
    else await setTimeout(random.between(0, moment % 2 === 1 ? 400 : 3_000));
    process.kill(client.pid ?? 0, 'SIGKILL');
    const answered = (await calls).filter(({ status }) => status === 'fulfilled').length;

    await until('all that was taken is over', () => allOver(observer, scene), ROUND_MS_MAX);
    const jobs = await news();
    console.log(`kill ${moment + 1}: ${answered} answered before, ${jobs.length} jobs`);
    await expectEachOnce(observer, scene, { jobs, all: moment === 0 });
  }
  // The one conversation had a turn at its beginning and one for each turn that was taken.
  const turns = (await jobsSeen(observer)).filter(({ agent }) => agent === 'talk');
  expect(scene.witness.turnsOf(sessionId)).toBe(turns.length);
  expect(scene.witness.lines().filter(({ what }) => what !== 'start')).toEqual([]);
  expect(scene.agentsAlive()).toEqual([]);
  expect(await worker.stop()).toBe(0);
}
