import { expect, test } from 'vitest';
import { aProject, until } from '../helpers/project.ts';

test('a reloaded concurrency limit reaches the governor that runs (R-ART-006, R-SYS-016)', async () => {
  const p = await aProject({
    agents: { ok: 'exit 0' },
    routes: [{ queue_name: 'Todo', agent: 'ok' }],
    config: { max_concurrent_agents: 1 },
  });
  const limit = async () => (await p.project.context.control.governor())?.pools.routes?.limit;
  expect(await limit()).toBe(1);
  const settings = p.project.settings();
  p.project.apply({ ...settings, pools: { ...settings.pools, routes: 4 } });
  await until('the new limit', async () => (await limit()) === 4);
});
