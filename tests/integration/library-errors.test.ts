import { expect, test } from 'vitest';
import {
  AgentDispatcher,
  AppError,
  type DispatcherOptions,
  MemoryAdapter,
  type QueueBackend,
  type RouteOptions,
  SubprocessAgentAdapter,
} from '../../src/index.ts';
import { aDispatcher, inQueue } from '../helpers/dispatcher.ts';

const prompt = (id: string) => id;

/** What was thrown: code, message and hint. */
async function thrownBy(work: () => unknown): Promise<Pick<AppError, 'code' | 'message' | 'hint'>> {
  try {
    await work();
  } catch (error) {
    if (error instanceof AppError) return { code: error.code, message: error.message, hint: error.hint };
    throw error;
  }
  throw new Error('nothing was thrown');
}

const wrong = (options: unknown) => thrownBy(() => new AgentDispatcher(options as DispatcherOptions));
const wrongRoute = (options: unknown, handler: unknown = prompt) =>
  thrownBy(() =>
    new AgentDispatcher({ command: 'x' }).route(options as RouteOptions, handler as typeof prompt),
  );
const wrongBackend = (backend: unknown) =>
  thrownBy(() => aDispatcher({ command: 'x', queue_backend: backend as QueueBackend }).dispatcher.start());

test('options are checked where they are given, with what was meant (R-ART-001)', async () => {
  expect(await wrong({ poll_interval: 0 })).toMatchObject({
    code: 'invalid-config',
    message: expect.stringContaining('poll_interval: must be a positive number of seconds'),
  });
  expect((await wrong({ maxRetries: -1, hosts: 'mny' })).message.split('\n')).toEqual([
    expect.stringContaining('max_retries: '),
    expect.stringMatching(/^hosts: .*\(did you mean many\?\)$/),
  ]);
  expect(await wrong({ max_retries: 1, maxRetries: 1 })).toMatchObject({
    code: 'invalid-input',
    message: 'AgentDispatcher: max_retries is given twice, in snake_case and in camelCase',
  });
  expect(await wrong({ default_agent: 'nobody' })).toMatchObject({ code: 'invalid-config' });
  expect(await wrong({ default_agent: {} })).toMatchObject({
    code: 'invalid-input',
    message: expect.stringContaining('default_agent must be an adapter with a run(request, io) method'),
  });
  expect(new AgentDispatcher()).toBeInstanceOf(AgentDispatcher);
});

test('an option nobody knows is ignored, and a slip of the keys is told in the log (R-ART-079)', async () => {
  const options = { command: 'true', max_retires: 2, queue_backend: new MemoryAdapter({ Todo: [] }) };
  const t = aDispatcher(options as DispatcherOptions);
  await t.dispatcher.start();
  expect(t.logged).toContainEqual({
    level: 'warn',
    message: 'max_retires: unknown key, ignored (did you mean max_retries?)',
    facts: {},
  });
});

test('a faulty route says which queue and which field', async () => {
  expect(await wrongRoute({ queue_name: 'Todo', timeout: 0 })).toMatchObject({
    code: 'invalid-config',
    message: expect.stringMatching(/^route "Todo": timeout: must be a positive number of seconds/),
  });
  expect(await wrongRoute({ queue_name: 'Todo', agent: 'nobody' })).toMatchObject({
    message: 'route "Todo": agent: unknown agent "nobody" (there are no agents)',
  });
  expect(await wrongRoute({ args: [] })).toMatchObject({
    code: 'invalid-input',
    message: 'route: queue_name is missing: which queue does it take tasks from?',
  });
  expect(await wrongRoute({ queue_name: 'Todo' }, 'Work!')).toMatchObject({
    message: 'route "Todo": the second argument must be a function',
  });
  const dispatcher = new AgentDispatcher({ command: 'x' });
  const slip = { queue_name: 'Todo', prompt_template: '{task_it}' };
  expect(await wrongRoute(slip)).toMatchObject({ code: 'invalid-input' });
  expect(await thrownBy(() => dispatcher.route(slip))).toMatchObject({
    message: expect.stringContaining('did you mean {task_id}?'),
  });
});

test('a second route for a queue is refused, and the first one stays (R-ART-022)', async () => {
  const dispatcher = new AgentDispatcher({ command: 'x' });
  dispatcher.route({ queue_name: 'Todo' }, prompt);
  expect(await thrownBy(() => dispatcher.route({ queueName: 'Todo' }, prompt))).toEqual({
    code: 'already-exists',
    message: 'queue "Todo" already has a route',
    hint: 'one queue, one route: change the first one, or let the second one watch another queue',
  });
  // A route that was refused for another reason leaves its queue free.
  expect(await thrownBy(() => dispatcher.route({ queue_name: 'QA', timeout: -1 }, prompt))).toMatchObject({});
  expect(dispatcher.route({ queue_name: 'QA' }, prompt)).toBe(prompt);
});

test('without a board it does not start (R-ART-008)', async () => {
  expect(await wrongBackend(null)).toEqual({
    code: 'invalid-config',
    message: 'queue_backend is missing: there is no board to take tasks from',
    hint: "new AgentDispatcher({ queue_backend: new JsonFileAdapter('board.json'), … })",
  });
});

test('an object that is not a board is told what it lacks and what was meant (R-ART-111, R-ART-112)', async () => {
  class Almost {
    get_ready_tasks() {}
    get_task() {}
    moveTask() {}
    add_comments() {}
    update_task() {}
    create_task() {}
    list_queues() {}
    get_queue() {}
    create_queue() {}
    update_queue() {}
  }
  expect(await wrongBackend(new Almost())).toEqual({
    code: 'invalid-config',
    message: 'queue_backend is not a board: it has no add_comment, no delete_queue',
    hint: expect.stringContaining('add_comments → add_comment'),
  });
  expect(await wrongBackend('board.json')).toMatchObject({
    message: 'queue_backend is a string, not a board',
  });
  expect(await wrongBackend({ create_adapter: () => null })).toMatchObject({
    message: 'what create_adapter() of queue_backend returned is null, not a board',
  });
  const refusing = {
    create_adapter() {
      throw new Error('set PLANKA_TOKEN');
    },
  };
  expect(await wrongBackend(refusing)).toMatchObject({
    message: 'queue_backend: create_adapter() failed: set PLANKA_TOKEN',
  });
});

test.each([
  ['no command at all', {}, {}],
  ['an empty command', { command: ' ' }, {}],
  ['a subprocess adapter without a command', {}, { agent: new SubprocessAgentAdapter() }],
  ['a subprocess adapter as default', { default_agent: new SubprocessAgentAdapter() }, {}],
])(
  '%s fails at start and names the route, before any task is claimed (R-ART-003)',
  async (_, options, route) => {
    const t = aDispatcher(options, { Todo: [{ id: '1', name: 'a' }] });
    t.dispatcher.route({ queue_name: 'Todo', ...route }, prompt);
    const { code, message } = await thrownBy(() => t.dispatcher.start());
    expect(code).toBe('invalid-config');
    expect(message).toContain('route "Todo" has no command');
    await inQueue(t, '1', 'Todo');
  },
);

test('a taken port is an error before anything is claimed, and leaves nothing behind (R-ART-007)', async () => {
  const first = aDispatcher({ command: 'true' });
  const { port } = await first.dispatcher.start();
  const t = aDispatcher({ command: 'true', api_port: port }, { Todo: [{ id: '1', name: 'a' }] });
  t.dispatcher.route({ queue_name: 'Todo' }, prompt);
  expect(await thrownBy(() => t.dispatcher.start())).toMatchObject({ code: 'port-taken' });
  await inQueue(t, '1', 'Todo');
  await first.dispatcher.stop();
  await t.dispatcher.start();
});

test('beyond loopback a token is needed at start, not before (R-ART-010, R-ART-078)', async () => {
  const t = aDispatcher({ command: 'true', api_host: '0.0.0.0' });
  expect(await thrownBy(() => t.dispatcher.start())).toMatchObject({
    code: 'invalid-config',
    message: expect.stringContaining('DISPATCH_API_TOKEN'),
  });
});
