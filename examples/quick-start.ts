/*
 * The smallest dispatcher: tasks of one queue, one agent.
 *
 *   node examples/quick-start.ts                 watches board.json of this folder; the file is made when missing
 *   node examples/quick-start.ts other.json
 *
 * Put a task into the queue Todo of the file and save it: within milliseconds it moves to In Progress and
 * `claude --agent engineer -p "Work on task 1: …"` runs. The agent finds the HTTP API in DISPATCH_API_URL and moves
 * the task on when it is done:
 *
 *   curl -d '{"target_queue": "Done"}' $DISPATCH_API_URL/tasks/$TASK_ID/move
 *
 * Temporal is started on this machine when none is named (TEMPORAL_ADDRESS). Ctrl-C ends everything in order.
 */
// In a project of your own: from 'agent-dispatcher'.
import { AgentDispatcher, JsonFileAdapter } from '../src/index.ts';

const [, , boardPath = 'board.json', port = '8000'] = process.argv;

const dispatcher = new AgentDispatcher({
  command: 'claude',
  poll_interval: 30,
  agent_timeout: 600,
  max_concurrent_agents: 3,
  api_port: Number(port),
  queue_backend: new JsonFileAdapter(boardPath),
});

dispatcher.route(
  {
    args: ['--agent', 'engineer', '-p'],
    queue_name: 'Todo',
    in_progress_queue: 'In Progress',
  },
  (task_id, task_name) => `Work on task ${task_id}: ${task_name}.`,
);

await dispatcher.run({ debug: true }); // log at level debug (default: false)
