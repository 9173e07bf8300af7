import { describe, expect, test } from 'vitest';
import { HISTORY_TEXT_BYTES_MAX } from '../../src/core/limits.ts';
import { aDispatchScene, type DispatchScene, jobsSeen, told } from '../helpers/dispatch-scene.ts';
import { historyOf, payloadsOf } from '../helpers/history.ts';
import { anMcpClient, ERAS, type Era, type McpPlace } from '../helpers/mcp-clients.ts';
import { until } from '../helpers/project.ts';
import { aProcess } from '../helpers/project-process.ts';

const SIZE = 10_000_000;
/** More than clients take in one message. */
const HUGE = 11 * 1024 * 1024;
const LARGE_TASK = `${'Read this carefully. '.repeat(100_000)}end`;

describe.each(ERAS)('a %s client', (era) => {
  test.each(['stdio', 'HTTP'] as const)(
    'gets a result of 10 MB over %s: by reference, in pages and whole (R-SYS-009, R-AD-071, R-AD-110)',
    async (over) => {
      const scene = await aDispatchScene({ big: { resultBytes: SIZE }, huge: { resultBytes: HUGE } });
      await told(scene, async () => {
        const worker = await aProcess(scene);
        const api = over === 'HTTP' ? await aProcess(scene, 'api') : null;
        await large(era, api === null ? scene.place : { url: `${api.url}/mcp` });
        await expectSmallHistories(scene);
        expect(await worker.stop()).toBe(0);
      });
    },
    300_000,
  );
});

async function large(era: Era, place: McpPlace): Promise<void> {
  const client = await anMcpClient(era, place);
  const asked = { agent: 'big', task: 'write a lot', return_ref: true, summary_chars: 50 };
  const { ref, ...payload } = (await client.call('dispatch', asked)).json;
  expect(payload).toMatchObject({ success: true, size: SIZE, summary_chars: 50, summary: 'x'.repeat(50) });
  expect(payload.result).toBeUndefined();

  const page = (await client.call('fetch_result', { ref, max_chars: 1_000, offset: SIZE - 400 })).json;
  expect(page).toMatchObject({ truncated: true, full_size: SIZE, offset: SIZE - 400 });
  expect(page.result).toBe('x'.repeat(400));
  const first = (await client.call('fetch_result', { ref, max_chars: 1_000 })).json;
  expect([first.result.length, first.truncated, first.full_size]).toEqual([1_000, true, SIZE]);
  const whole = (await client.call('fetch_result', { ref })).json;
  expect([whole.result.length, whole.truncated]).toEqual([SIZE, undefined]);
  const direct = (await client.call('dispatch', { ...asked, return_ref: false })).json;
  expect([direct.result.length, direct.cached]).toEqual([SIZE, true]);

  // Whatever is too long for a client does not end its connection.
  const huge = (await client.call('dispatch', { agent: 'huge', task: 'write too much' })).json;
  expect(huge).toMatchObject({ error: expect.stringContaining('clients take'), hint: expect.any(String) });
  const [job] = await jobsSeen(client);
  const part = (await client.call('fetch_result', { ref: job?.id, offset: HUGE - 10 })).json;
  expect(part).toMatchObject({ agent: 'huge', success: true, full_size: HUGE, result: 'x'.repeat(10) });

  // What others make of such an answer, and a task that is large itself where the surface takes it.
  const dispatches = [{ ...asked, task: 'write as much again' }];
  const together = (await client.call('dispatch_parallel', { dispatches, aggregate: 'whole' })).json;
  expect(together.individual_results[0]).toMatchObject({ success: true, size: SIZE });
  expect(together.aggregated).toMatchObject({ agent: 'whole', success: true });
  if ('url' in place) return;
  const turned = (await client.call('dispatch_session', { agent: 'talk', task: LARGE_TASK })).json;
  expect(turned).toMatchObject({ success: true });
  const [turn] = await jobsSeen(client);
  expect((await client.call('dispatch_status', { job_id: turn?.id })).json.task).toBe(LARGE_TASK);
}

/** Nothing of all that stands in the history of any workflow of the project. */
async function expectSmallHistories(scene: DispatchScene): Promise<void> {
  const client = await scene.project.client();
  const query = `Project = "${scene.project.settings().project}"`;
  await until(
    'all workflows are listed',
    async () => (await client.workflow.count(query)).count >= 4,
    60_000,
  );
  for await (const { workflowId, runId } of client.workflow.list({ query })) {
    for (const payload of payloadsOf(await historyOf(scene, workflowId, runId)))
      expect(Buffer.byteLength(payload), workflowId).toBeLessThan(HISTORY_TEXT_BYTES_MAX);
  }
}
