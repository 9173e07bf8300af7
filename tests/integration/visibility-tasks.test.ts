import type { Client } from '@temporalio/client';
import { expect, test } from 'vitest';
import { governorWorkflowId } from '../../src/core/ids.ts';
import { aProject, type TestProject, until } from '../helpers/project.ts';
import {
  endOf,
  GATED,
  openGate,
  queues,
  running,
  todo,
  waitingFor,
  workflowOf,
} from '../helpers/task-shape.ts';

const caller = { channel: 'library', actor: 'sample' } as const;

/** What the Web UI reads to show what a workflow is doing at this moment. */
async function detailsOf(client: Client, workflowId: string): Promise<string> {
  const metadata = await client.workflow
    .getHandle(workflowId)
    .query<{ currentDetails?: string }>('__temporal_workflow_metadata');
  return metadata.currentDetails ?? '';
}

/** Ids of the workflows a filter of the Web UI or the CLI finds, once there are that many. */
async function found(client: Client, filter: string, count: number): Promise<string[]> {
  return until(`${count} workflows for ${filter}`, async () => {
    const ids: string[] = [];
    for await (const { workflowId } of client.workflow.list({ query: filter })) ids.push(workflowId);
    return ids.length === count && ids.sort();
  });
}

const projectOf = ({ project }: TestProject) => project.settings().project;

test('a task is found by every search attribute and says in the Web UI what it waits for and who runs it (R-SYS-013)', async () => {
  const p = await aProject({ queues: queues(), agents: { gated: GATED }, routes: todo('gated') });
  const client = await p.project.client();
  const { workflowId } = workflowOf(p, '1');
  await p.project.context.control.pause({ scope: 'agent', name: 'gated', reason: 'lunch' }, caller);
  p.saveBoard(queues('1'));
  await waitingFor(p, '1', 'paused');
  expect(await detailsOf(client, workflowId)).toBe('agent "gated" is paused by sample (library): lunch');

  const mine = `Project="${projectOf(p)}" AND Surface="route" AND TaskId="1" AND Queue="Todo" AND Agent="gated"`;
  expect(await found(client, `${mine} AND DispatchState="open"`, 1)).toEqual([workflowId]);
  const described = await client.workflow.getHandle(workflowId).describe();
  expect(await described.staticSummary()).toBe('Todo: task 1');

  await p.project.context.control.unpause({ scope: 'all', name: null }, caller);
  await running(p, '1');
  const details = await detailsOf(client, workflowId);
  expect(details).toContain('**gated** works on "task 1" in *In Progress*');
  expect(details).toContain('run 1, retry 0 of 0');
  openGate(p);
  expect(await endOf(p, '1')).toBe('finished');
  expect(await found(client, `${mine} AND DispatchState="finished"`, 1)).toEqual([workflowId]);
});

test('after a hand-over a task is found under its new route (R-SYS-013, R-ART-059)', async () => {
  const p = await aProject({
    queues: queues('1'),
    agents: { gated: GATED, reviewer: 'exit 0' },
    routes: [
      { queue_name: 'Todo', agent: 'gated' },
      { queue_name: 'Review', agent: 'reviewer', completed_queue: 'Done' },
    ],
  });
  await running(p, '1');
  await p.project.context.board.moveTask('1', 'Review');
  openGate(p);
  expect(await endOf(p, '1')).toBe('finished');
  const client = await p.project.client();
  const filter = `Project="${projectOf(p)}" AND Queue="Review" AND Agent="reviewer" AND ExecutionStatus="Completed"`;
  expect(await found(client, filter, 1)).toEqual([workflowOf(p, '1').workflowId]);
});

test('board writes stand beside their task in a list (R-SYS-013)', async () => {
  const p = await aProject({ queues: queues('1'), agents: { ok: 'exit 0' }, routes: todo('ok') });
  const { control } = p.project.context;
  await control.command({ operation: 'add-comment', taskId: '1', text: 'hello' }, caller, null);
  await endOf(p, '1');
  const client = await p.project.client();
  const ids = await found(client, `Project="${projectOf(p)}" AND TaskId="1"`, 2);
  expect(ids[0]).toMatch(/^command\/.*\/add-comment\//);
  expect(ids[1]).toBe(workflowOf(p, '1').workflowId);
});

test('the governor shows brake, pools, hosts and pauses in the Web UI (R-SYS-013)', async () => {
  const p = await aProject({ agents: { ok: 'exit 0' }, routes: todo('ok') });
  const client = await p.project.client();
  const { control } = p.project.context;
  const workflowId = governorWorkflowId(projectOf(p));
  await control.pause({ scope: 'route', name: 'Todo', reason: 'review' }, caller);
  await control.arm({ reason: 'too dear', stopRunning: false }, caller);
  const details = await until('the governor shows the brake', async () => {
    const text = await detailsOf(client, workflowId);
    return text.includes('armed') && text.includes('slots, epoch 2') && text;
  });
  expect(details).toContain('**brake armed** by sample (library): too dear');
  expect(details).toContain('- pool routes: 0 leases, limit 3');
  expect(details).toContain('- paused: route Todo, by sample (library): review');
  expect(details).toContain(`- host ${p.worker?.hostId}: 9 slots`);
  const described = await client.workflow.getHandle(workflowId).describe();
  expect(await described.staticSummary()).toContain(`governor of ${projectOf(p)}`);
});
