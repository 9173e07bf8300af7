import { expect, test } from 'vitest';
import { ASKS, askedBy, askerOf, asking, endTurn, heardBy } from '../helpers/asking.ts';
import { call as callOperation } from '../helpers/call.ts';
import { aProject, settledIn, type TestProject, until } from '../helpers/project.ts';

const ROUTE = { queue_name: 'Todo', agent: 'asks', completed_queue: 'Done', dead_letter_queue: 'Failed' };
const QUEUES = { Todo: [{ id: '1', name: 'paint it' }], 'In Progress': [], Done: [], Failed: [], Aside: [] };

const call = (p: TestProject, name: string, input: Readonly<Record<string, unknown>>) =>
  callOperation(p.project, name, input) as Promise<Record<string, unknown>>;
const waits = (p: TestProject) => asking(p, '1');
const heard = heardBy;

test('a task whose agent asks waits without a slot and goes on with the answer, uncounted (R-SYS-026)', async () => {
  const p = await aProject({ queues: QUEUES, agents: { asks: ASKS }, routes: [ROUTE] });
  const asked = await askedBy(p, { choices: 'red, blue' });
  expect(asked).toMatchObject({ question_id: 'q1', task_id: '1', choices: ['red', 'blue'], status: 'open' });
  expect(asked.what_now).toMatch(/^End your turn now/);
  const state = await waits(p);
  expect(state.blockedCode).toBe('question');
  expect((await p.task('1')).queueName).toBe('In Progress');
  const why = 'agent asks asks: Which colour? Answer with: dispatch answer q1 "…"';
  expect(await call(p, 'why-task', { task_id: '1' })).toMatchObject({ code: 'question', reason: why });
  expect(await call(p, 'get-task', { task_id: '1' })).toMatchObject({ state: 'asking', waiting_reason: why });
  const status = await call(p, 'status', {});
  expect(status).toMatchObject({ questions: [{ question_id: 'q1', question: 'Which colour?' }] });
  const governor = await p.project.context.control.governor();
  expect(governor?.leases).toEqual({});
  expect(await p.comments('1')).toEqual([
    'Question of asks: Which colour?\nChoices: red, blue\nAnswer with: dispatch answer q1 "…"',
  ]);
  const given = await call(p, 'answer-question', { question_id: 'q1', answer: 'blue' });
  expect(given).toMatchObject({ status: 'answered', answered_by: 'test', told: true });
  await settledIn(p, '1', 'Done');
  expect(heard(p)).toBe('Work on task 1: paint it.\n\nYou asked: Which colour?\nAnswer from test: blue');
  const runs = await p.project.context.store.projection.listRuns({ taskId: '1', limit: 9 });
  expect(runs.map(({ retryCount, attempt, sessionId }) => [retryCount, attempt, sessionId])).toEqual([
    [0, 2, runs[1]?.sessionId],
    [0, 1, runs[1]?.sessionId],
  ]);
  await expect(call(p, 'answer-question', { question_id: 'q1', answer: 'red' })).rejects.toThrow(
    'question q1 was answered by test: blue',
  );
  expect(await call(p, 'list-questions', {})).toEqual([]);
  const audit = (await p.project.context.store.records.listAudit(20)).map(({ action }) => action);
  expect(audit).toEqual(expect.arrayContaining(['ask-question', 'answer-question']));
});

test('nobody answers: people are told one after the other, then the default counts (R-SYS-026)', async () => {
  const questions = { remind_after: 1.5, escalate_to: ['ann', 'bob'], default_after: 6 };
  const p = await aProject({
    queues: QUEUES,
    agents: { asks: ASKS },
    routes: [ROUTE],
    config: { questions },
  });
  await askedBy(p, { default_answer: 'red' });
  await settledIn(p, '1', 'Done');
  expect(heard(p)).toContain('Answer: red');
  const audit = await p.project.context.store.records.listAudit(20);
  const of = (action: string) => audit.filter((one) => one.action === action).map(({ detail }) => detail);
  expect(of('question-reminder').map(({ person }) => person)).toEqual(['bob', 'ann']);
  expect(of('question-default')).toMatchObject([{ question_id: 'q1', answer: 'red' }]);
});

test('nobody answers and there is no default: the task is given up (R-SYS-026, R-PROD-068)', async () => {
  const questions = { default_after: 0.3 };
  const p = await aProject({
    queues: QUEUES,
    agents: { asks: ASKS },
    routes: [ROUTE],
    config: { questions },
  });
  await askedBy(p);
  await settledIn(p, '1', 'Failed');
  const state = await p.project.context.store.records.getTaskState('1');
  expect(state).toMatchObject({ status: 'dead', lastReason: 'no answer to its question: Which colour?' });
  expect(await p.project.context.store.questions.get('q1')).toMatchObject({ status: 'withdrawn' });
});

test('a task that a person moves while it waits is theirs (R-SYS-026, R-ART-036)', async () => {
  const p = await aProject({ queues: QUEUES, agents: { asks: ASKS }, routes: [ROUTE] });
  await askedBy(p);
  await waits(p);
  await p.project.context.board.moveTask('1', 'Aside');
  await settledIn(p, '1', 'Aside');
  await expect(call(p, 'answer-question', { question_id: 'q1', answer: 'red' })).rejects.toThrow(
    'nobody waits for an answer to question q1 any more (withdrawn)',
  );
});

test('a task can be called off while it waits, and retried later (R-SYS-026)', async () => {
  const p = await aProject({ queues: QUEUES, agents: { asks: ASKS }, routes: [ROUTE] });
  await askedBy(p);
  await waits(p);
  await call(p, 'cancel-task', { task_id: '1', reason: 'not needed' });
  await settledIn(p, '1', 'In Progress');
  expect(await p.project.context.store.records.getTaskState('1')).toMatchObject({ status: 'cancelled' });
  expect(await p.project.context.store.questions.get('q1')).toMatchObject({ status: 'withdrawn' });
  await call(p, 'retry-task', { task_id: '1' });
  await settledIn(p, '1', 'Done');
  expect(heard(p)).toBe('Work on task 1: paint it.');
});

test('an answer under the kill switch is told when it is released (R-SYS-026, R-SYS-016)', async () => {
  const p = await aProject({ queues: QUEUES, agents: { asks: ASKS }, routes: [ROUTE] });
  await askedBy(p);
  await waits(p);
  await call(p, 'arm-kill-switch', { reason: 'wait' });
  await call(p, 'answer-task', { task_id: '1', answer: 'blue' });
  const state = await until('it waits for the brake', async () => {
    const now = await p.project.context.store.records.getTaskState('1');
    return now?.blockedCode === 'brake' && now;
  });
  expect(state.status).toBe('waiting');
  await call(p, 'disarm-kill-switch', {});
  await settledIn(p, '1', 'Done');
  expect(heard(p)).toContain('Answer from test: blue');
});

test('an answer that came before the turn was over, or while nobody could tell it, is not lost (R-SYS-026)', async () => {
  const p = await aProject({ queues: QUEUES, agents: { asks: ASKS }, routes: [ROUTE] });
  const runId = await askerOf(p);
  await call(p, 'ask-question', { question: 'Which colour?', task_id: '1', run_id: runId });
  await call(p, 'ask-question', { question: 'How big?', task_id: '1', run_id: runId });
  await call(p, 'answer-question', { question_id: 'q1', answer: 'blue' });
  endTurn(p);
  await waits(p);
  // As if whoever answered had died before it told anybody.
  await p.project.context.store.questions.answer('q2', { text: 'huge', by: 'bob', at: Date.now() });
  await settledIn(p, '1', 'Done');
  expect(heard(p)).toContain(
    'You asked: Which colour?\nAnswer from test: blue\n\nYou asked: How big?\nAnswer from bob: huge',
  );
});

test('a question needs a run that still runs, of the task it names (R-SYS-026)', async () => {
  const p = await aProject({ queues: QUEUES, agents: { asks: ASKS }, routes: [ROUTE] });
  const asks = (input: object) => call(p, 'ask-question', { question: 'Why?', ...input });
  await expect(asks({})).rejects.toThrow('run_id: is missing, and this process belongs to no run');
  await expect(asks({ task_id: '2' })).rejects.toThrow('no agent works on 2 now');
  await expect(asks({ run_id: 'x' })).rejects.toThrow('no run "x"');
  const asked = await askedBy(p);
  expect(asked.status).toBe('open');
  await waits(p);
  const [run] = await p.project.context.store.projection.listRuns({ taskId: '1', limit: 1 });
  await expect(asks({ run_id: run?.runId })).rejects.toThrow('is over: it can ask nothing any more');
  await call(p, 'cancel-task', { task_id: '1' });
  await settledIn(p, '1', 'In Progress');
});
