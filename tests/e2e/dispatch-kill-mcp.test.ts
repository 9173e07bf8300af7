import { setTimeout } from 'node:timers/promises';
import { expect, test } from 'vitest';
import {
  aDispatchScene,
  askAll,
  type DispatchScene,
  jobsSeen,
  told,
  WAYS,
} from '../helpers/dispatch-scene.ts';
import { anMcpClient, ERAS, type McpClient } from '../helpers/mcp-clients.ts';
import { until } from '../helpers/project.ts';
import { aProcess } from '../helpers/project-process.ts';
import { MOMENTS, type Seeded, seeded } from '../helpers/seeded.ts';

const ROUND_MS_MAX = 120_000;
const agentsOf = (way: keyof typeof WAYS): readonly string[] => WAYS[way].agents;

test('killing the MCP process at random moments loses nothing it took and runs nothing twice (R-SYS-001, R-SYS-006, R-AD-057, R-AD-074, R-AD-139)', async () => {
  const random = seeded('kill MCP');
  const scene = await aDispatchScene();
  await told(scene, () => kills(scene, random));
}, 600_000);

async function kills(scene: DispatchScene, random: Seeded): Promise<void> {
  const worker = await aProcess(scene);
  const observer = await anMcpClient('modern', scene.place);
  const begun = await observer.call('dispatch_session', { agent: 'talk', task: 'hello' });
  const sessionId = String(begun.json.session_id);
  const seen = new Set((await jobsSeen(observer)).map(({ id }) => id));

  for (let moment = 0; moment < MOMENTS; moment += 1) {
    const client = await anMcpClient(ERAS[moment % 2] ?? 'legacy', scene.place);
    // Its project is open, so that the kill meets the calls themselves.
    await client.call('list_agents');
    const calls = askAll(client, `round ${moment}`, sessionId);
    const broken = Promise.allSettled(Object.values(calls));
    // The first kill meets all four under way, the others whatever is there.
    if (moment === 0) await until('all are taken', () => allTaken(observer, seen), ROUND_MS_MAX);
    else await setTimeout(random.between(0, moment % 2 === 1 ? 400 : 3_000));
    process.kill(client.pid ?? 0, 'SIGKILL');
    const answered = (await broken).map(({ status }) => status);
    console.log(
      `kill ${moment + 1}: ${answered.filter((one) => one === 'fulfilled').length} answered before`,
    );

    await until('all that was taken is over', () => allOver(observer, scene), ROUND_MS_MAX);
    const jobs = (await jobsSeen(observer)).filter(({ id }) => !seen.has(id));
    for (const { id } of jobs) seen.add(id);
    const taken = jobs.filter(({ id, status }) => status !== 'failed' || !neverTaken(scene, id, moment));
    for (const way of Object.keys(WAYS) as (keyof typeof WAYS)[]) {
      const own = taken.filter(({ agent }) => agentsOf(way).includes(agent));
      const counts = moment === 0 ? [WAYS[way].jobs] : [0, WAYS[way].jobs];
      expect(counts, `${way}: ${JSON.stringify(own)}`).toContain(own.length);
    }
    for (const { id, agent, status, task } of taken) {
      expect(status, `${agent}: ${task}`).toBe('done');
      const { json } = await observer.call('fetch_result', { ref: id });
      expect(json).toMatchObject({ agent, success: true });
      const starts = scene.witness.lines().filter(({ jobId }) => jobId === id);
      expect(starts.map(({ what, sessionId: of }) => [what, of])).toEqual([['start', json.session_id]]);
    }
  }
  // The one conversation had a turn at its beginning and one for each turn that was taken.
  const turns = (await jobsSeen(observer)).filter(({ agent }) => agent === 'talk');
  expect(scene.witness.turnsOf(sessionId)).toBe(turns.length);
  expect(scene.witness.lines().filter(({ what }) => what !== 'start')).toEqual([]);
  expect(scene.agentsAlive()).toEqual([]);
  expect(await worker.stop()).toBe(0);
}

/** Items of a parallel call that was not yet taken when its server died: nothing of it was begun. */
function neverTaken({ witness }: DispatchScene, jobId: string, moment: number): boolean {
  return moment > 0 && !witness.lines().some((line) => line.jobId === jobId);
}

async function allTaken(observer: McpClient, seen: ReadonlySet<string>): Promise<boolean> {
  const jobs = (await jobsSeen(observer)).filter(({ id }) => !seen.has(id));
  const called = jobs.map(({ agent }) => agent);
  const every = Object.values(WAYS).every(({ agents }) => agents.some((agent) => called.includes(agent)));
  return every && jobs.some(({ status }) => status === 'running');
}

/** Neither a job is open nor a workflow that will make more of them. */
async function allOver(observer: McpClient, { project }: DispatchScene): Promise<boolean> {
  const open = (await jobsSeen(observer)).filter(({ status }) => ['pending', 'running'].includes(status));
  if (open.length > 0) return false;
  const client = await project.client();
  const parents = `WorkflowType IN ("dialogueWorkflow", "parallelWorkflow") AND ExecutionStatus = "Running" AND Project = "${project.settings().project}"`;
  return (await client.workflow.count(parents)).count === 0;
}
