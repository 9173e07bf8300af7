/*
 * Two agents of one's own: one that is plain code, one that runs a command in its own way.
 *
 *   node examples/custom-agent.ts [port]
 *
 * It needs no account and no key, and ends by itself when both tasks are done.
 */
// In a project of your own: from 'agent-dispatcher'.
import {
  AgentDispatcher,
  type CodeAgent,
  type CodeAgentRequest,
  MemoryAdapter,
  SubprocessAgentAdapter,
} from '../src/index.ts';

/** Any object with `run` will do: call a model, a service, a queue. Throwing counts as a failed attempt. */
const haiku: CodeAgent = {
  name: 'haiku',
  async run(request, io) {
    // The signal aborts on a timeout, the stop button or a shutdown: hand it to whatever you await.
    io.signal.throwIfAborted();
    io.onEvent('text', { text: `writing about ${request.taskName}` });
    return `${request.taskName}\nstands in the rain\nuntil noon`; // a text is success, and kept with the run
  },
};

/** Runs a command with everything the product does about processes; only what is run is ours. */
class Shouting extends SubprocessAgentAdapter {
  override async prepare(request: CodeAgentRequest) {
    return {
      command: [process.execPath, '-e', 'console.log(process.argv[1])'],
      prompt: request.prompt.toUpperCase(),
    };
  }
}

const board = new MemoryAdapter({
  Poems: [{ id: '1', name: 'A heron' }],
  Echo: [{ id: '2', name: 'hello' }],
  'In Progress': [],
  Done: [],
});

const dispatcher = new AgentDispatcher({
  default_agent: haiku, // for routes that name none
  api_port: Number(process.argv[2] ?? 8000),
  queue_backend: board,
});
dispatcher.route(
  { queue_name: 'Poems', completed_queue: 'Done' },
  (id, name) => `A haiku about ${name} (${id})`,
);
dispatcher.route(
  { queue_name: 'Echo', completed_queue: 'Done', agent: new Shouting() },
  (_id, name) => `say ${name}`,
);

// `start` instead of `run`: the program goes on and decides itself when it is over.
const { url, stop } = await dispatcher.start();
while ((await board.getQueue('Done')).taskCount < 2) await new Promise((resolve) => setTimeout(resolve, 50));
for (const id of ['1', '2']) {
  const { events } = (await (await fetch(`${url}/agents/${id}`)).json()) as {
    events: { data: { text?: string } }[];
  };
  console.log(`task ${id}: ${events.map(({ data }) => data.text ?? '').find((text) => text !== '')}`);
}
await stop();
