import { expect, test } from 'vitest';
import { governorWorkflowId } from '../../src/core/ids.ts';
import { eventsOf, historyOf } from '../helpers/history.ts';
import { createNoopAgent } from '../helpers/noop-agent.ts';
import { aProject } from '../helpers/project.ts';
import { endOf, todo } from '../helpers/task-shape.ts';

const TASKS = 30;
/** A task costs its admission, its grant by Signal and its release; saving the line comes on top, once a second. */
const EVENTS_PER_TASK_MAX = 24;

test('a busy line costs the governor few events, and saving it hardly any (R-SYS-009, R-SYS-010)', async () => {
  const ids = Array.from({ length: TASKS }, (_, index) => `${index + 1}`);
  const p = await aProject({
    queues: { Todo: ids.map((id) => ({ id, name: `task ${id}` })), 'In Progress': [], Done: [] },
    agents: { idle: 'exit 0' },
    adapters: [createNoopAgent(100)],
    routes: todo('idle'),
    config: { max_concurrent_agents: 2 },
  });
  for (const id of ids) expect(await endOf(p, id)).toBe('finished');
  const history = await historyOf(p, governorWorkflowId(p.project.settings().project));
  const events = eventsOf(history);
  const count = (type: string) => events.filter((event) => event === type).length;
  const [first, last] = [history.events[0]!, history.events.at(-1)!];
  const seconds = (Date.parse(last.eventTime as string) - Date.parse(first.eventTime as string)) / 1000;
  // One marker more says how this Workflow Run works.
  const saves = count('MarkerRecorded') - 1;
  console.log(`${TASKS} tasks in ${seconds} s: ${events.length} governor events, ${saves} saves`);
  expect(events.length / TASKS).toBeLessThan(EVENTS_PER_TASK_MAX);
  // One a second, and one for each thing an operator or a host changed.
  expect(saves).toBeLessThanOrEqual(seconds + 8);
});
