/*
 * A pipeline: Todo → Engineering → QA → Done, one agent at a time.
 *
 *   node examples/pipeline.ts [board.json] [port]
 *
 * Lower priority numbers are served first. With one slot a task that was handed on is worked on before a new one is
 * begun, so each flows through to the end instead of all being half done. Each agent decides where its task goes: it
 * calls the HTTP API, whose address it finds in its environment. One that finds a fault may as well send it back.
 */
// In a project of your own: from 'agent-dispatcher'.
import { AgentDispatcher, JsonFileAdapter } from '../src/index.ts';

const [, , boardPath = 'board.json', port = '8000'] = process.argv;

const dispatcher = new AgentDispatcher({
  command: 'claude -p',
  max_concurrent_agents: 1,
  max_retries: 1,
  dead_letter_queue: 'Failed', // where a task goes when its retry fails too
  api_port: Number(port),
  queue_backend: new JsonFileAdapter(boardPath),
});

/** What every prompt ends with. */
const thenMove = (id: string, to: string): string => `
Then move the task: curl -d '{"target_queue": "${to}"}' $DISPATCH_API_URL/tasks/${id}/move`;

dispatcher.route(
  { queue_name: 'QA', in_progress_queue: 'In QA', priority: 1 },
  (id) => `Review task ${id}.${thenMove(id, 'Done')}`,
);

dispatcher.route(
  // Engineering takes long: half an hour, and two more tries.
  { queue_name: 'Engineering', priority: 2, timeout: 1800, max_retries: 2 },
  (id, name) => `Implement task ${id}: ${name}.${thenMove(id, 'QA')}`,
);

dispatcher.route(
  { queue_name: 'Todo', priority: 3 },
  // The third parameter is the task as the board has it now; a prompt may be asynchronous.
  async (id, name, task) => `Plan task ${id}: ${name}.\n${task.description}${thenMove(id, 'Engineering')}`,
);

await dispatcher.run();
