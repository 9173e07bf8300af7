import { expect, test } from 'vitest';
import { aProject } from '../helpers/project.ts';

const routes = [{ queue_name: 'Todo', agent: 'ok' }];
const caller = { channel: 'cli', actor: 'tester' } as const;

test('operators are heard before any worker was ever up (R-SYS-019, R-SYS-020)', async () => {
  const p = await aProject({ agents: { ok: 'exit 0' }, routes, worker: false });
  const { control } = p.project.context;
  await control.pause({ scope: 'route', name: 'Todo', reason: 'not yet' }, caller);
  await control.disarm(caller);
  await p.startWorker();
  const state = await control.governor();
  expect(state?.pauses).toMatchObject([
    { scope: 'route', name: 'Todo', reason: 'not yet', by: 'tester (cli)' },
  ]);
  expect(state?.brake.armed).toBe(false);
  await control.unpause({ scope: 'all', name: null }, caller);
  expect((await control.governor())?.pauses).toEqual([]);
});
