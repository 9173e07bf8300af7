import { expect, test } from 'vitest';
import { aProject, until } from '../helpers/project.ts';

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

test('the governor itself says what its brake does and why a task waits (design: queries)', async () => {
  const p = await aProject({
    queues: { Todo: [{ id: '1', name: 'one' }], 'In Progress': [] },
    agents: { ok: 'exit 0' },
    routes,
    worker: false,
  });
  const { control } = p.project.context;
  await control.pause({ scope: 'agent', name: 'ok', reason: 'tea' }, caller);
  await p.startWorker();
  const client = await p.project.client();
  const governor = client.workflow.getHandle(`governor/${p.project.settings().project}`);
  const why = (question: object) => governor.query<{ kind: string; text: string }, [object]>('why', question);
  const waits = { kind: 'waiting', text: 'agent "ok" is paused by tester (cli): tea' };
  await until('the task is in line', async () => (await why({ taskId: '1' })).kind === 'waiting');
  expect(await why({ taskId: '1' })).toMatchObject(waits);
  expect(await why({ agent: 'ok' })).toMatchObject({ ...waits, kind: 'blocked' });
  expect(await why({ agent: 'other' })).toMatchObject({ kind: 'free' });
  expect(await governor.query('killSwitch')).toMatchObject({ armed: false });
  await governor.signal('arm', { reason: 'enough', by: 'ops' });
  await until('armed', async () => ((await governor.query('killSwitch')) as { armed: boolean }).armed);
  expect(await governor.query('killSwitch')).toMatchObject({ reason: 'enough', by: 'ops' });
});
