import { expect, test } from 'vitest';
import {
  type AgentRunIo,
  type CodeAgent,
  type CodeAgentRequest,
  formatCommand,
  type RunEvent,
  SubprocessAgentAdapter,
} from '../../src/index.ts';
import { aDispatcher, commented, inQueue, type TestDispatcher } from '../helpers/dispatcher.ts';
import { until } from '../helpers/project.ts';

const todo = { Todo: [{ id: '1', name: 'a' }] };

/** Starts a dispatcher whose one route runs this agent; a successful task goes to Done, a failed one to Failed. */
async function withAgent(agent: CodeAgent, options: object = {}, scripts = {}): Promise<TestDispatcher> {
  const t = aDispatcher({ dead_letter_queue: 'Failed', ...options }, todo, scripts);
  t.dispatcher.route(
    { queue_name: 'Todo', completed_queue: 'Done', args: ['-p'], agent },
    (id) => `do ${id}`,
  );
  await t.dispatcher.start();
  return t;
}

test('an agent of a route is given the whole run and answers by returning (R-ART-021, R-ART-041)', async () => {
  const requests: CodeAgentRequest[] = [];
  const t = await withAgent(
    {
      name: 'poet',
      async run(request, io) {
        requests.push(request);
        io.onEvent('text', { text: 'roses are red' });
        return 'a poem';
      },
    },
    { command: 'claude --yes', agent_timeout: 60 },
  );
  await inQueue(t, '1', 'Done');
  expect(requests).toMatchObject([
    { taskId: '1', taskName: 'a', attempt: 1, prompt: 'do 1', timeoutMs: 60_000 },
  ]);
  expect(await t.get('/routes/Todo')).toMatchObject({ agent: 'poet' });
  const { events } = await t.get<{ events: RunEvent[] }>('/agents/1');
  expect(events).toContainEqual(expect.objectContaining({ type: 'text', data: { text: 'roses are red' } }));
});

test('format_command gives an adapter the argv of its route (R-ART-020)', async () => {
  const argvs: unknown[] = [];
  const t = await withAgent(
    {
      run(request) {
        argvs.push(
          request.route.format_command(),
          request.route.formatCommand('other'),
          request.route.queue_name,
        );
        argvs.push(formatCommand(request));
      },
    },
    { command: 'claude --yes' },
  );
  await inQueue(t, '1', 'Done');
  const own = ['claude', '--yes', '-p', 'do 1'];
  expect(argvs).toEqual([own, ['claude', '--yes', '-p', 'other'], 'Todo', own]);
});

test('a default agent serves routes without one; the route wins over it (R-ART-011, R-ART-021)', async () => {
  const ran: string[] = [];
  const named = (name: string): CodeAgent => ({
    name,
    run: (request) => void ran.push(`${name} ${request.taskId}`),
  });
  const t = aDispatcher(
    { defaultAgent: named('general'), max_concurrent_agents: 1 },
    { Todo: [{ id: '1', name: 'a' }], Review: [{ id: '2', name: 'b' }] },
  );
  t.dispatcher.route({ queue_name: 'Todo', completed_queue: 'Done' }, (id) => id);
  t.dispatcher.route({ queue_name: 'Review', completed_queue: 'Done', agent: named('special') }, (id) => id);
  await t.dispatcher.start();
  await Promise.all([inQueue(t, '1', 'Done'), inQueue(t, '2', 'Done')]);
  expect(ran.sort()).toEqual(['general 1', 'special 2']);
});

test.each<[what: string, run: CodeAgent['run'], reason: string]>([
  ['throws', async () => Promise.reject(new Error('no quota left')), 'no quota left'],
  ['answers failed', () => ({ kind: 'failed', reason: 'no idea' }), 'no idea'],
  ['answers nonsense', () => ({ kind: 'done' }) as never, 'is no outcome'],
])('an agent that %s costs an attempt (R-ART-048)', async (_, run, reason) => {
  const t = await withAgent({ run }, { debug: true });
  const task = await inQueue(t, '1', 'Failed');
  expect(task.comments.length).toBeGreaterThan(0);
  const [record] = await t.get<{ reason: string }[]>('/runs?task=1');
  expect(record?.reason).toContain(reason);
});

/** Waits for the signal and then ends as if all were well. */
const untilAborted = (_: CodeAgentRequest, { signal }: AgentRunIo): Promise<string> =>
  new Promise((resolve) => signal.addEventListener('abort', () => resolve('saved my work')));

test('an agent past its timeout is told by its signal and counts as timed out (R-ART-052, R-ART-055)', async () => {
  const t = await withAgent({ run: untilAborted }, { agent_timeout: 0.4 });
  await commented(t, '1', 'Agent timed out after 0.4s and was terminated.');
});

test('a stop reaches an agent in code; its task goes back uncounted (R-ART-015)', async () => {
  let isRunning = false;
  const t = await withAgent({
    run(request, io) {
      isRunning = true;
      return untilAborted(request, io);
    },
  });
  await until('the agent runs', () => isRunning);
  await t.dispatcher.stop();
  expect((await inQueue(t, '1', 'Todo')).comments ?? []).toEqual([]);
});

test('a subprocess adapter runs the command of its route, and can be extended (R-ART-014, R-ART-042)', async () => {
  class Careful extends SubprocessAgentAdapter {
    override async prepare(request: CodeAgentRequest) {
      return { ...(await super.prepare(request)), args: ['--careful'], prompt: request.prompt.toUpperCase() };
    }
  }
  const script = { agent: 'echo "$MOOD $*"; test "$MOOD" = calm' };
  const t = await withAgent(new Careful({ env: { MOOD: 'calm' } }), { command: './agent.sh' }, script);
  await inQueue(t, '1', 'Done');
  const { events } = await t.get<{ events: RunEvent[] }>('/agents/1');
  const lines = events.filter(({ type }) => type === 'stdout').map(({ data }) => data.text);
  expect(lines).toEqual(['calm --careful DO 1']);
});

test('a command run by an adapter in code is ended with its run (R-ART-054)', async () => {
  const script = { agent: 'exec sleep 100' };
  const agent: CodeAgent = { run: (request) => request.runCommand({ command: ['./agent.sh'] }) };
  const t = await withAgent(agent, { agent_timeout: 0.4 }, script);
  await commented(t, '1', 'Agent timed out after 0.4s and was terminated.');
});
