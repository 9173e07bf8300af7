import { expect, test } from 'vitest';
import { dispatchWorkflowId } from '../../src/core/ids.ts';
import { ASKS, askedBy, asking, heardBy } from '../helpers/asking.ts';
import { call } from '../helpers/call.ts';
import { eventsOf, signalsOf } from '../helpers/history.ts';
import { until } from '../helpers/project.ts';
import { aShape, keepShape } from '../helpers/shape.ts';
import { endOf, queues, todo, workflowOf } from '../helpers/task-shape.ts';

const shape = (name: string, config = {}) =>
  aShape(name, {
    ...{ queues: queues('1'), agents: { asks: ASKS }, config },
    routes: todo('asks', { dead_letter_queue: 'Failed' }),
  });

test('a task that asks, is answered and goes on (R-SYS-008, R-SYS-026)', async () => {
  const p = await shape('asked');
  await askedBy(p);
  await asking(p, '1');
  await call(p.project, 'answer-question', { question_id: 'q1', answer: 'blue' });
  expect(await endOf(p, '1')).toBe('finished');
  const history = await keepShape(p, 'task-asked', workflowOf(p, '1'));
  console.log(`a question and its answer cost ${history.events.length} events`);
  expect(signalsOf(history).filter((name) => name === 'answered')).toEqual(['answered']);
});

test('a task that is called off while it waits for an answer (R-SYS-008, R-SYS-026)', async () => {
  const p = await shape('asked-cancelled');
  await askedBy(p);
  await asking(p, '1');
  await call(p.project, 'cancel-task', { task_id: '1', reason: 'not needed' });
  expect(await endOf(p, '1')).toBe('cancelled');
  await keepShape(p, 'task-asked-cancelled', workflowOf(p, '1'));
});

test('a task whose question nobody answers (R-SYS-008, R-SYS-026)', async () => {
  const p = await shape('asked-unanswered', { questions: { default_after: 0.5 } });
  await askedBy(p);
  expect(await endOf(p, '1')).toBe('dead-lettered');
  const history = await keepShape(p, 'task-asked-unanswered', workflowOf(p, '1'));
  expect(eventsOf(history)).toContain('TimerFired');
});

test('a dispatch that asks waits, is answered and goes on (R-SYS-008, R-SYS-026)', async () => {
  const p = await aShape('dispatch-asked', { routes: [], agents: { asks: ASKS } });
  const { job_id } = (await call(p.project, 'dispatch-async', { agent: 'asks', task: 'paint it' })) as {
    job_id: string;
  };
  await askedBy(p, { choices: ['red', 'blue'] });
  const waiting = await until('the job waits', async () => {
    const job = await call(p.project, 'get-dispatch', { job_id });
    return job.status === 'waiting' && job;
  });
  expect(waiting.question).toMatchObject({ question_id: 'q1', job_id, choices: ['red', 'blue'] });
  expect(await call(p.project, 'why-task', { task_id: job_id })).toMatchObject({ code: 'question' });
  await call(p.project, 'answer-question', { question_id: job_id, answer: 'blue' });
  const workflowId = dispatchWorkflowId(p.project.settings().project, job_id);
  expect(await (await p.project.client()).workflow.getHandle(workflowId).result()).toBe('done');
  expect(heardBy(p)).toBe('paint it\n\nYou asked: Which colour?\nAnswer from test: blue');
  await keepShape(p, 'dispatch-asked', { workflowId });
});

test('whoever waits for a dispatch hears its question, and with which session to answer (R-SYS-026)', async () => {
  const p = await aShape('dispatch-asked-sync', { routes: [], agents: { asks: ASKS } });
  const answer = call(p.project, 'dispatch', { agent: 'asks', task: 'paint it' });
  await askedBy(p, { default_answer: 'red' });
  const result = await answer;
  expect(result).toMatchObject({ success: true, question: { text: 'Which colour?', default_answer: 'red' } });
  expect(String(result.hint)).toMatch(/^The agent asks: Which colour\? Answer in the same conversation/);
  expect(await p.project.context.store.questions.get('q1')).toMatchObject({ status: 'passed-on' });
});
