import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { call } from '../helpers/call.ts';
import { aClaudeProject } from '../helpers/claude-project.ts';
import { aProject } from '../helpers/project.ts';

test('calls side by side answer in the order they were asked, one failure apart (R-AD-081, R-AD-082)', async () => {
  const { project } = await aProject({
    routes: [],
    agents: { good: 'echo "good: $1"', bad: 'echo broken >&2; exit 3' },
  });
  const dispatches = JSON.stringify([
    { agent: 'good', task: 'one' },
    { agent: 'bad', task: 'two' },
    { agent: 'good', task: 'three' },
  ]);
  const answer = (await call(project, 'dispatch-parallel', { dispatches })) as unknown as Record<
    string,
    unknown
  >[];
  expect(answer).toMatchObject([
    { agent: 'good', success: true, result: 'good: one' },
    { agent: 'bad', success: false, error_type: 'cli_error' },
    { agent: 'good', success: true, result: 'good: three' },
  ]);
});

test('one agent makes one answer of all (R-AD-083)', async () => {
  const { project } = await aProject({
    routes: [],
    agents: { part: 'echo "part $1"', whole: 'echo "$1" | grep -c "## Agent: part"' },
  });
  const dispatches = [
    { agent: 'part', task: 'a' },
    { agent: 'part', task: 'b' },
  ];
  const answer = await call(project, 'dispatch-parallel', { dispatches, aggregate: 'whole' });
  expect(answer.individual_results).toHaveLength(2);
  expect(answer.aggregated).toMatchObject({ agent: 'whole', success: true, result: '2' });
});

test('one bad item and nothing runs (R-AD-079)', async () => {
  const { project } = await aProject({ routes: [], agents: { good: 'echo ran' }, worker: false });
  const dispatches = [
    { agent: 'good', task: 'one' },
    { agent: 'nobody', task: 'two' },
  ];
  await expect(call(project, 'dispatch-parallel', { dispatches })).rejects.toThrow("Unknown agent: 'nobody'");
  expect(await project.context.store.jobs.list({ limit: 10 })).toEqual([]);
});

test('two agents talk until one says that it is resolved (R-AD-088, R-AD-090, R-AD-091)', async () => {
  const { project } = await aProject({
    routes: [],
    agents: {
      expert: 'case "$1" in *again*) echo "It is 42. [RESOLVED]";; *) echo "Which answer?";; esac',
      asker: 'echo "Tell me again"',
    },
  });
  const answer = await call(project, 'dispatch-dialogue', {
    ...{ requester: 'asker', responder: 'expert', topic: 'the answer', max_rounds: 5 },
  });
  expect(answer).toMatchObject({ resolved: true, rounds: 2, final_answer: 'It is 42.' });
  expect(answer.conversation).toMatchObject([
    { agent: 'expert', role: 'responder', round: 1, message: 'Which answer?' },
    { agent: 'asker', role: 'requester', round: 1 },
    { agent: 'expert', role: 'responder', round: 2 },
  ]);
});

test('turns of one conversation run one after the other (R-AD-077)', async () => {
  const { dir, project } = await aClaudeProject({ talk: { delayMs: 200, record: 'calls.jsonl' } });
  const first = await call(project, 'dispatch-session', { agent: 'talk', task: 'one' });
  expect(first).toMatchObject({ success: true });
  const session_id = String(first.session_id);
  const more = ['two', 'three', 'four'];
  const answers = await Promise.all(
    more.map((task) => call(project, 'dispatch-session', { agent: 'talk', task, session_id })),
  );
  for (const answer of answers) expect(answer).toMatchObject({ success: true, session_id });
  const runs = await project.context.store.projection.listRuns({ limit: 10 });
  const spans = runs
    .map(({ spawnedAt, endedAt }) => [spawnedAt ?? 0, endedAt ?? 0])
    .toSorted(([a = 0], [b = 0]) => a - b);
  expect(spans).toHaveLength(4);
  for (const [index, [begin = 0]] of spans.entries()) {
    expect(begin).toBeGreaterThanOrEqual(spans[index - 1]?.[1] ?? 0);
  }
  const calls = readFileSync(join(dir, 'talk', 'calls.jsonl'), 'utf8')
    .trim()
    .split('\n');
  const resumed = calls.map((line) => (JSON.parse(line) as { argv: string[] }).argv.includes('--resume'));
  expect(resumed).toEqual([false, true, true, true]);
});

test('a conversation belongs to one agent (R-AD-077)', async () => {
  const { project } = await aClaudeProject({ talk: {}, other: {} });
  const { session_id } = await call(project, 'dispatch-session', { agent: 'talk', task: 'one' });
  await expect(
    call(project, 'dispatch-session', { agent: 'other', task: 'two', session_id }),
  ).rejects.toThrow("is a conversation of agent 'talk'");
});
