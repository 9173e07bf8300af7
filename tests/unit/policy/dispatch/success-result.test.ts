import { expect, test } from 'vitest';
import { parseJsonReply } from '../../../../src/core/policy/dispatch/json-reply.ts';
import { readSelfReport } from '../../../../src/core/policy/dispatch/self-report.ts';
import { aReport, failed, noVerdict, resultOf, succeeded, timedOut } from './outcomes.ts';
import { SESSION } from './samples.ts';

test('a plain success carries what is known and nothing else (R-AD-004, R-AD-039, R-AD-040)', () => {
  expect(resultOf(succeeded())).toEqual({
    agent: 'infra',
    success: true,
    result: 'raw tail',
    session_id: SESSION,
    duration_ms: 5_000,
  });
  const report = aReport({ numTurns: 4, reportedMs: 4_200, conversationMicroUsd: 250_000 });
  expect(resultOf(succeeded(report, { sessionId: 'its-own' }))).toEqual({
    agent: 'infra',
    success: true,
    result: 'All fine.',
    session_id: 'its-own',
    cost_usd: 0.25,
    duration_ms: 4_200,
    num_turns: 4,
  });
});

test.each([
  ['of this run', { costMicroUsd: 100_000 }, false, 0.1],
  ['of this run, though resumed', { costMicroUsd: 100_000 }, true, 0.1],
  ['of the conversation that began with it', {}, false, 0.5],
  ['left out when only a resumed conversation is known', {}, true, undefined],
])('the cost is %s (R-AD-039)', (_, fields, resume, expected) => {
  const outcome = succeeded(aReport({ conversationMicroUsd: 500_000 }), fields);
  expect(resultOf(outcome, { resume }).cost_usd).toBe(expected);
});

test('denied tools are bounded, hinted at and no failure (R-AD-051, R-AD-052)', () => {
  const many = [
    'Bash',
    'Bash',
    '',
    'x'.repeat(200),
    ...Array.from({ length: 20 }, (_, index) => `T${index}`),
  ];
  const result = resultOf(succeeded(aReport({ deniedTools: many })));
  expect(result.success).toBe(true);
  expect(result.denied_tools).toHaveLength(10);
  expect(result.denied_tools?.slice(0, 4)).toEqual(['Bash', 'unknown', 'x'.repeat(100), 'T0']);
  expect(resultOf(succeeded(aReport({ deniedTools: ['Bash', 'Edit'] }))).hint).toMatch(
    /^2 tool call\(s\) were denied by permissions: Bash, Edit\. /,
  );
});

test('more spent than allowed is told, not failed (R-ADX-002)', () => {
  const outcome = succeeded(aReport(), { costMicroUsd: 600_000 });
  const spec = { kind: 'claude-cli', maxBudgetUsd: 0.5 };
  expect(resultOf(outcome, { spec })).toMatchObject({ success: true, budget_exceeded: true });
  expect(resultOf(outcome, { spec: { ...spec, maxBudgetUsd: 0.6 } })).not.toHaveProperty('budget_exceeded');
});

test('a complete answer outranks a timeout and a bad exit (R-ADX-012, R-ADX-042, R-AD-047)', () => {
  const late = resultOf(timedOut(aReport()));
  expect(late).toMatchObject({
    success: true,
    result: 'All fine.',
    hint: expect.stringContaining('complete'),
  });
  expect(late).not.toHaveProperty('error');
  expect(resultOf(failed(aReport()))).toMatchObject({
    success: true,
    hint: 'The agent gave its whole answer, but its process exited with code 1.',
  });
});

test.each([
  [{ code: 3, signal: null }, 'exited with code 3'],
  [{ code: null, signal: 'SIGKILL' }, 'was killed by signal SIGKILL'],
])('a success whose process ended badly says so: %j (R-AD-047)', (badExit, how) => {
  expect(resultOf(succeeded(aReport({ badExit })))).toMatchObject({
    success: true,
    hint: `The agent gave its whole answer, but its process ${how}.`,
  });
});

test('hints stand in order: denied tools, cleanup, outcome, budget (R-ADX-021)', () => {
  const report = aReport({ text: 'Half.\nSTATUS: partial', deniedTools: ['Bash'], cleanedUp: true });
  const { hint = '', outcome } = resultOf(succeeded(report, { costMicroUsd: 900_000 }), {
    spec: { kind: 'claude-cli', maxBudgetUsd: 0.5 },
  });
  expect(outcome).toBe('partial');
  const call = `dispatch_session(agent='infra', task='Continue where you left off', session_id='${SESSION}')`;
  const places = ['denied by permissions', 'had to be ended', call, 'The run cost'].map((part) =>
    hint.indexOf(part),
  );
  expect(places.every((place) => place >= 0)).toBe(true);
  expect(places.toSorted((a, b) => a - b)).toEqual(places);
});

test.each([
  ['done', 'Fine.\n\nSTATUS: done\n', 'Fine.', 'done'],
  ['blocked in bold', 'Fine.\n**STATUS: Blocked**', 'Fine.', 'blocked'],
  ['partial in code', 'Fine.\n`status: PARTIAL`', 'Fine.', 'partial'],
  ['a reason, which stays', 'Fine.\nSTATUS: blocked - no key', 'Fine.\nSTATUS: blocked - no key', 'blocked'],
  ['an earlier line, which is none', 'STATUS: done\nFine.', 'STATUS: done\nFine.', null],
  ['another word', 'STATUS: doneish', 'STATUS: doneish', null],
  ['the choice itself', 'STATUS: done|partial|blocked', 'STATUS: done|partial|blocked', null],
  ['nothing but the line', 'STATUS: done', '', 'done'],
])('a self-report is read from the last line: %s (R-ADX-020)', (_, text, rest, outcome) => {
  expect(readSelfReport(text)).toEqual({ text: rest, outcome });
});

test('the self-report is taken out before JSON is read (R-ADX-020)', () => {
  const report = aReport({ text: '{"a": 1}\nSTATUS: done' });
  expect(resultOf(succeeded(report), { request: { responseFormat: 'json' } })).toMatchObject({
    result: '{"a": 1}',
    parsed: true,
    parsed_result: { a: 1 },
    outcome: 'done',
  });
});

test.each([
  ['an object', '{"a":[1]}', { value: { a: [1] } }],
  ['a scalar', ' 42 ', { value: 42 }],
  ['null', 'null', { value: null }],
  ['a json fence', '```json\n{"a":1}\n```', { value: { a: 1 } }],
  ['a bare fence', '```\n[1]\n```', { value: [1] }],
  ['prose around it', 'See [1] below:\n{"a": "}"}\nThat is all.', { value: { a: '}' } }],
  ['a fence between prose', 'Here:\n```json\n{"a":1}\n```\nDone.', { value: { a: 1 } }],
  ['no JSON', 'Sorry, no.', null],
  ['broken JSON', '{"a": 1', null],
  ['nothing', '', null],
  ['brackets without end', '['.repeat(5_000), null],
])('JSON is read from %s (R-AD-038)', (_, text, expected) => {
  expect(parseJsonReply(text)).toEqual(expected);
});

test.each(['[', 'x {', '[a] '])('a megabyte of %j is given up before long (R-AD-038)', (part) => {
  const began = performance.now();
  expect(parseJsonReply(part.repeat(1_000_000 / part.length))).toBeNull();
  expect(performance.now() - began).toBeLessThan(5_000);
});

test('a reply without JSON stays a success, and a JSON null is told from none (R-AD-004, R-AD-038)', () => {
  const json = { request: { responseFormat: 'json' as const } };
  const none = resultOf(succeeded(aReport({ text: 'Sorry, no.' })), json);
  expect(none).toMatchObject({ success: true, parsed: false });
  expect(none).not.toHaveProperty('parsed_result');
  expect(resultOf(succeeded(aReport({ text: 'null' })), json)).toMatchObject({
    parsed: true,
    parsed_result: null,
  });
  expect(resultOf(succeeded(aReport({ text: '{}' })))).not.toHaveProperty('parsed');
});

test('output that is no protocol is the answer; no output at all is a failure of a model (R-AD-046, R-AD-047)', () => {
  expect(resultOf(succeeded(noVerdict({ text: 'plain' })))).toMatchObject({ success: true, result: 'plain' });
  expect(resultOf(succeeded(noVerdict()))).toMatchObject({ success: false, error_type: 'cli_error' });
  const command = { spec: { kind: 'command', maxBudgetUsd: null } };
  expect(resultOf(succeeded(noVerdict()), command)).toMatchObject({ success: true, result: '' });
});
