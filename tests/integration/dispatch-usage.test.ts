import { expect, test } from 'vitest';
import { call } from '../helpers/call.ts';
import { aClaudeProject } from '../helpers/claude-project.ts';
import { until } from '../helpers/project.ts';

test('every call is a line of the journal: run, answered by the cache, or refused (R-ADX-027, R-ADX-030)', async () => {
  const { project } = await aClaudeProject({ infra: {}, db: {} });
  const same = { agent: 'infra', task: 'same', caller: 'me' };
  await call(project, 'dispatch', same);
  expect(await call(project, 'dispatch', same)).toMatchObject({ cached: true });
  await call(project, 'dispatch-parallel', { dispatches: [same, { agent: 'db', task: 'x' }] });
  const deep = { claimedDepth: 9 };
  expect(await call(project, 'dispatch', { agent: 'db', task: 'y' }, deep)).toMatchObject({
    error_type: 'recursion',
  });
  await call(project, 'dispatch-parallel', { dispatches: [{ agent: 'db', task: 'z' }] }, deep);
  await call(project, 'dispatch-dialogue', { requester: 'infra', responder: 'db', topic: 't' }, deep);
  // A run's line may come a moment after its answer.
  await until('all are noted', async () => (await project.context.usage.records()).length === 7);
  expect(await call(project, 'usage-stats', {})).toMatchObject({
    agents: {
      infra: { ok: 1, cached_hits: 2 },
      db: { ok: 1, failed: 3, cached_hits: 0, errors: { recursion: 3 } },
    },
  });
});
