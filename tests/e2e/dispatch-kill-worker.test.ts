import { setTimeout } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { aDispatchScene, askAll, type DispatchScene, jobsSeen, told } from '../helpers/dispatch-scene.ts';
import { anMcpClient, type McpClient } from '../helpers/mcp-clients.ts';
import { until } from '../helpers/project.ts';
import { aProcess } from '../helpers/project-process.ts';
import { MOMENTS, type Seeded, seeded } from '../helpers/seeded.ts';

const ROUND_MS_MAX = 120_000;

test('killing the worker at random moments ends no dispatch: each goes on in its conversation and answers whoever waits (R-SYS-001, R-SYS-002, R-AD-049, R-AD-057, R-AD-114)', async () => {
  const random = seeded('kill worker of dispatches');
  const scene = await aDispatchScene();
  await told(scene, () => kills(scene, random));
}, 900_000);

async function kills(scene: DispatchScene, random: Seeded): Promise<void> {
  let worker = await aProcess(scene);
  const client = await anMcpClient('legacy', scene.place);
  const begun = await client.call('dispatch_session', { agent: 'talk', task: 'hello' });
  const sessionId = String(begun.json.session_id);

  for (let moment = 0; moment < MOMENTS; moment += 1) {
    const calls = askAll(client, `round ${moment}`, sessionId);
    const answers = Promise.all([calls.sync, calls.turn, calls.dialogue, calls.parallel]);
    // Every other kill meets calls that are hardly taken.
    const early = moment % 2 === 1;
    const isTime = async () =>
      early ? (await jobsSeen(client)).length > 1 + moment * 10 : scene.agentsAlive().length > 0;
    await until('it is time to kill', isTime, ROUND_MS_MAX);
    await setTimeout(random.between(0, early ? 500 : 2_500));
    const cut = await cutOff(client, scene);
    await worker.kill();
    await until('its agents are dead', () => scene.agentsAlive().length === 0, 10_000);
    const after = scene.witness.lines().length;
    worker = await aProcess(scene);

    const [sync, turn, dialogue, parallel] = (await answers).map(({ json }) => json);
    expect(sync, JSON.stringify(sync)).toMatchObject({ agent: 'one', success: true });
    expect(turn, JSON.stringify(turn)).toMatchObject({ agent: 'talk', success: true, session_id: sessionId });
    expect(dialogue).toMatchObject({ resolved: false, rounds: 2 });
    expect(dialogue.conversation.map((entry: { error?: string }) => entry.error ?? '')).toEqual([
      '',
      '',
      '',
      '',
    ]);
    expect(parallel.individual_results).toMatchObject(Array(3).fill({ agent: 'part', success: true }));
    expect(parallel.aggregated).toMatchObject({ agent: 'whole', success: true });

    // Whatever was cut off after its conversation had begun went on with just that one.
    const later = scene.witness.lines().slice(after);
    for (const { jobId, sessionId: known } of cut) {
      const [next] = later.filter((line) => line.jobId === jobId);
      if (next !== undefined) expect(next).toMatchObject({ how: 'resume', sessionId: known });
    }
    console.log(`kill ${moment + 1}: ${cut.length} cut off, ${later.length} started afterwards`);
  }

  const jobs = await jobsSeen(client);
  expect(jobs.map(({ status }) => status)).toEqual(jobs.map(() => 'done'));
  expect(jobs).toHaveLength(1 + MOMENTS * 10);
  const runs = await scene.project.context.store.projection.listRuns({ limit: 1_000 });
  expect(runs.filter(({ outcome }) => outcome === null)).toEqual([]);
  for (const { id } of jobs) {
    const lines = scene.witness.lines().filter(({ jobId }) => jobId === id);
    // One start, one more for each loss, one more when a lost one had not come to have a conversation.
    const lost = runs.filter(({ jobId, outcome }) => jobId === id && outcome === 'worker_lost').length;
    expect(lines.length).toBeGreaterThan(0);
    expect(lines.length).toBeLessThanOrEqual(1 + 2 * lost);
    expect(new Set(lines.map((line) => line.sessionId)).size).toBe(1);
  }
  expect(scene.witness.lines().filter(({ what }) => what !== 'start')).toEqual([]);
  expect(scene.agentsAlive()).toEqual([]);
  expect(await worker.stop()).toBe(0);
}

/** The last conversation of each job that runs, where a process has begun it. */
async function cutOff(client: McpClient, { witness }: DispatchScene) {
  const begun = new Set(witness.begun());
  const running = (await jobsSeen(client)).filter(({ status }) => status === 'running').map(({ id }) => id);
  return running
    .flatMap((id) => witness.lines().findLast(({ jobId }) => jobId === id) ?? [])
    .filter(({ sessionId }) => begun.has(sessionId));
}
