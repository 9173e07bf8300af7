import { expect, test } from 'vitest';
import { governorWorkflowId } from '../../src/core/ids.ts';
import { BREAKER_DEFAULTS } from '../../src/core/policy/money/policy-of.ts';
import { poolLimitSignal, statusQuery } from '../../src/workflows/messages.ts';
import { type HistoryJson, historyOf, payloadsOf } from '../helpers/history.ts';
import { aProject, until } from '../helpers/project.ts';

/** More than the server lets wait behind a task that nobody works on. */
const QUESTIONS = 3;
const QUESTION_MS_MAX = 1_500;

/** What Signals of this name brought, in order. */
function signalled(history: HistoryJson, name: string): string[] {
  const brought = history.events.map((event) => event.workflowExecutionSignaledEventAttributes);
  return brought
    .filter((signal) => (signal as { signalName?: string } | undefined)?.signalName === name)
    .map((signal) => payloadsOf(signal).join());
}

test('settings reach a governor that is asked too much to answer, and a worker starts beside that (R-SYS-003, R-SYS-016)', async () => {
  const p = await aProject({
    agents: { ok: 'exit 0' },
    routes: [{ queue_name: 'Todo', agent: 'ok' }],
    config: { max_concurrent_agents: 4, budget: { project_ceiling_usd: 5 } },
  });
  const workflowId = governorWorkflowId(p.project.settings().project);
  const client = await p.project.client();
  const handle = client.workflow.getHandle(workflowId);
  await until('a host is up', async () => Object.keys((await handle.query(statusQuery)).hosts).length > 0);
  await p.worker?.stop();
  const { governor } = p.project.looker;
  const before = await historyOf(p, workflowId);

  // A task that waits for a worker; questions wait behind it.
  await handle.signal(poolLimitSignal, { pool: 'other', limit: 1 });
  const ask = () => client.withDeadline(Date.now() + QUESTION_MS_MAX, () => handle.query(statusQuery));
  const asked = await Promise.allSettled(Array.from({ length: QUESTIONS }, ask));
  expect(asked.map(({ status }) => status)).toEqual(Array(QUESTIONS).fill('rejected'));

  await governor.setPools({ routes: 7 });
  await governor.setPolicy({ budget: null, breaker: BREAKER_DEFAULTS });
  const after = await historyOf(p, workflowId);
  expect(signalled(after, 'poolLimit').at(-1)).toBe(JSON.stringify({ pool: 'routes', limit: 7 }));
  expect(signalled(after, 'policy')).toHaveLength(signalled(before, 'policy').length + 1);

  const waiting = Promise.allSettled(Array.from({ length: QUESTIONS }, ask));
  await p.startWorker();
  await waiting;
  const { pools } = await handle.query(statusQuery);
  // As the configuration has it: the worker told it, since it differed.
  expect(pools.routes).toEqual({ limit: 4 });
}, 60_000);
