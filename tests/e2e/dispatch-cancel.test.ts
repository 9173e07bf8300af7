import { expect, test } from 'vitest';
import { runCli } from '../helpers/cli.ts';
import { aDispatchScene, type DispatchScene, jobsSeen, told } from '../helpers/dispatch-scene.ts';
import { anMcpClient, type McpClient } from '../helpers/mcp-clients.ts';
import { until } from '../helpers/project.ts';
import { aProcess } from '../helpers/project-process.ts';

const WAIT_MS_MAX = 60_000;
/** INT at once, TERM after 2 s, KILL after 5 s, and a second for everything around it. */
const DEAD_MS_MAX = 20_000;

const AT_WORK = { say: ['working'], result: null, end: 'hang' };
const AFTERWARDS = { result: {}, end: 'exit', text: 'went on' };

test('a running job is called off from another process: dead in 6 s, its slot free, its conversation there (R-AD-107, R-ADX-001, R-ADX-043, R-SYS-026)', async () => {
  const stubborn = { calls: [{ ...AT_WORK, ignore: ['SIGINT', 'SIGTERM'] }, AFTERWARDS] };
  const scene = await aDispatchScene({ stubborn, meek: { calls: [AT_WORK, AFTERWARDS] } }, 1);
  await told(scene, async () => {
    const worker = await aProcess(scene);
    const caller = await anMcpClient('legacy', scene.place);
    const other = await anMcpClient('modern', scene.place);

    const waiting = caller.call('dispatch', { agent: 'stubborn', task: 'never ends' });
    const first = await atWork(other, scene, 'stubborn');
    const answer = await other.call('dispatch_cancel', { job_id: first });
    expect(answer.json).toMatchObject({ job_id: first, outcome: 'cancelled_running', status: 'cancelled' });
    await isGone(scene);
    const { session_id, error } = (await waiting).json;
    expect(error).toContain('Cancelled while running');
    await slotIsFree(other);
    await goesOn(other, { agent: 'stubborn', session_id }, scene);

    const { job_id } = (await caller.call('dispatch_async', { agent: 'meek', task: 'never ends' })).json;
    expect(await atWork(other, scene, 'meek')).toBe(job_id);
    const { command: _, ...options } = scene.place;
    const cli = await runCli(['cancel', job_id, '--json'], options);
    expect(JSON.parse(cli.stdout)).toMatchObject({ job_id, outcome: 'cancelled_running' });
    await isGone(scene);
    const record = (await caller.call('dispatch_status', { job_id })).json;
    expect(record).toMatchObject({ status: 'cancelled', error: expect.stringContaining('Cancelled') });
    await slotIsFree(caller);
    await goesOn(caller, { agent: 'meek', session_id: record.session_id }, scene);

    const again = await caller.call('dispatch_cancel', { job_id });
    expect(again.json).toMatchObject({ outcome: 'already_terminal', status: 'cancelled' });
    expect(scene.witness.lines().filter(({ what }) => what !== 'start')).toEqual([]);
    expect(await worker.stop()).toBe(0);
  });
}, 300_000);

test('a job that waits for its slot is called off and never starts (R-AD-107, R-AD-108)', async () => {
  const scene = await aDispatchScene({ meek: { calls: [AT_WORK] } }, 1);
  await told(scene, async () => {
    const worker = await aProcess(scene);
    const client = await anMcpClient('legacy', scene.place);
    const { job_id } = (await client.call('dispatch_async', { agent: 'meek', task: 'holds the slot' })).json;
    await atWork(client, scene, 'meek');
    const later = (await client.call('dispatch_async', { agent: 'one', task: 'waits' })).json;
    const answer = await client.call('dispatch_cancel', { job_id: later.job_id });
    expect(answer.json).toMatchObject({ outcome: 'cancelled', status: 'cancelled' });
    await client.call('dispatch_cancel', { job_id });
    await isGone(scene);
    await slotIsFree(client);
    const record = (await client.call('dispatch_status', { job_id: later.job_id })).json;
    expect(record).toMatchObject({ status: 'cancelled', error: 'Cancelled before execution' });
    expect(scene.witness.lines().some(({ jobId }) => jobId === later.job_id)).toBe(false);
    expect(await worker.stop()).toBe(0);
  });
}, 300_000);

/** The job of this agent once its process has begun its conversation. */
function atWork(client: McpClient, { witness }: DispatchScene, agent: string): Promise<string> {
  return until(
    `${agent} is at work`,
    async () => {
      const [job] = (await jobsSeen(client)).filter((one) => one.agent === agent && one.status === 'running');
      const line = witness.lines().find(({ jobId }) => jobId === job?.id);
      return line !== undefined && witness.begun().includes(line.sessionId) && job?.id;
    },
    WAIT_MS_MAX,
  );
}

const isGone = (scene: DispatchScene) =>
  until('its process is dead', () => scene.agentsAlive().length === 0, DEAD_MS_MAX);

/** With one slot in all, another call comes to its end. */
async function slotIsFree(client: McpClient): Promise<void> {
  const answer = await client.call('dispatch', { agent: 'whole', task: `is there room? ${Math.random()}` });
  expect(answer.json).toMatchObject({ success: true });
}

async function goesOn(
  client: McpClient,
  conversation: { readonly agent: string; readonly session_id: string },
  { witness }: DispatchScene,
): Promise<void> {
  const { json } = await client.call('dispatch_session', {
    ...conversation,
    task: 'Continue where you left off',
  });
  expect(json).toMatchObject({ success: true, result: 'went on', session_id: conversation.session_id });
  expect(witness.lines().at(-1)).toMatchObject({ how: 'resume', sessionId: conversation.session_id });
}
