import fc from 'fast-check';
import { expect, test } from 'vitest';
import { nextStep } from '../../../src/core/policy/next-step.ts';
import { resolveAuth } from '../../../src/core/policy/roles/auth.ts';
import { ledgerPlace } from '../../../src/core/policy/roles/place.ts';
import { type RoleTask, rolePrompt } from '../../../src/core/policy/roles/prompt.ts';
import { createToolTrace } from '../../../src/core/policy/roles/tool-trace.ts';
import { modeFor } from '../../../src/core/policy/roles/tools.ts';
import { roleVerdict } from '../../../src/core/policy/roles/verdict.ts';
import type { AgentOutcome } from '../../../src/core/schema/agent-outcome.ts';

const TASK: RoleTask = {
  ...{ role: 'qa', project: 'shop', taskId: '1', title: 't', sprintId: null, description: 'd' },
  ...{ payload: {}, previous: null },
};

test('no description and no payload changes the layout of the prompt (R-PROD-037)', () => {
  const frame = rolePrompt(TASK).split('\n\nPayload:\n');
  fc.assert(
    fc.property(
      fc.string({ unit: 'grapheme' }),
      fc.dictionary(fc.string(), fc.jsonValue()),
      (description, payload) => {
        const prompt = rolePrompt({ ...TASK, description, payload });
        const json = JSON.stringify(payload, null, 2);
        expect(prompt).toBe(
          `${frame[0]?.slice(0, -1)}${description}\n\nPayload:\n${json}${frame[1]?.slice('{}'.length)}`,
        );
      },
    ),
  );
});

test('what was tried before stands at the end, its end cut to what helps (R-PROD-037, R-PROD-041)', () => {
  const previous = { reason: 'exited with code 3', tail: `${'x'.repeat(9_000)}end` };
  const prompt = rolePrompt({ ...TASK, previous });
  expect(prompt.startsWith(rolePrompt(TASK).trimEnd())).toBe(true);
  expect(prompt).toContain('\n\nPrevious attempt:\nexited with code 3\nIt ended with:\nxxx');
  expect(prompt.endsWith('xend\n')).toBe(true);
  expect(prompt.length).toBeLessThan(rolePrompt(TASK).length + 4_200);
});

const succeeded = (text: string): AgentOutcome => ({
  ...{ kind: 'succeeded', durationMs: 1, outputBytes: 1, tail: '' },
  report: { text, deniedTools: [], stderr: '' },
});
const traced = (...calls: (readonly [tool: string, file?: string])[]) => {
  const trace = createToolTrace();
  for (const [tool, file] of calls)
    trace.event('tool_use', { tool, ...(file === undefined ? {} : { file }) });
  return trace;
};

test.each([
  ['', null, traced(), 'it ended without an answer and used no tool'],
  ['', null, traced(['Bash']), null],
  ['', 'text', traced(['Bash']), 'it ended without an answer'],
  ['Done.', 'files', traced(['Read', 'a.ts']), 'it wrote no file'],
  ['Done.', 'files', traced(['Edit', 'a.ts']), null],
  ['Done.', 'ledger', traced(['Read']), 'it recorded nothing in the ledger'],
  ['Done.', 'ledger', traced(['Bash']), null],
  ['Half.\nSTATUS: partial', null, traced(), 'the agent reports: STATUS: partial'],
  ['Stuck.\n**STATUS: blocked** no key', null, traced(), 'the agent reports: STATUS: blocked no key'],
  ['All.\nSTATUS: done', null, traced(), null],
] as const)(
  'a success that says %j and should leave %s counts as told (R-PROD-043)',
  (text, expects, trace, reason) => {
    const verdict = roleVerdict(succeeded(text), { expects }, trace);
    expect(verdict.kind).toBe(reason === null ? 'succeeded' : 'failed');
    if (verdict.kind !== 'failed') return;
    expect(verdict).toMatchObject({ reason, retryable: !text.includes('blocked'), report: { text } });
  },
);

test('files count once, and not when their call failed (R-PROD-040)', () => {
  const trace = createToolTrace();
  const wrote = (tool: string, file: string, toolUseId: string) =>
    trace.event('tool_use', { tool, file, toolUseId });
  wrote('Write', 'a.ts', '1');
  wrote('Edit', 'a.ts', '2');
  wrote('Edit', 'b.ts', '3');
  trace.event('tool_result', { toolUseId: '3', isError: true });
  wrote('Read', 'c.ts', '4');
  expect(trace.files()).toEqual(['a.ts']);
  expect(trace.calls().map(({ name }) => name)).toEqual(['Write', 'Edit', 'Edit', 'Read']);
});

test.each([
  ['auto', true, false, { authMode: 'api', isolation: 'isolated', fellBack: false }],
  ['auto', false, true, { authMode: 'subscription', isolation: 'isolated', fellBack: false }],
  ['auto', false, false, { authMode: 'subscription', isolation: 'inherit', fellBack: true }],
  ['inherit', true, true, { authMode: 'api', isolation: 'inherit', fellBack: false }],
  ['isolated', false, true, { authMode: 'subscription', isolation: 'isolated', fellBack: false }],
  ['isolated', false, false, expect.stringContaining('log in with `claude`, or set auth.mode to inherit')],
] as const)(
  'auth %s with key %s and login %s (R-PROD-088…091)',
  (mode, hasApiKey, hasCredentials, expected) => {
    expect(
      resolveAuth(mode, { hasApiKey, hasCredentials, credentialsPath: '/h/.claude/.credentials.json' }),
    ).toEqual(expected);
  },
);

test('a part of a tool is only held back where nothing is approved unasked (R-PROD-015)', () => {
  expect(modeFor('bypassPermissions', ['Read', 'Bash'])).toBe('bypassPermissions');
  expect(modeFor('bypassPermissions', ['Bash(git:*)'])).toBe('dontAsk');
  expect(modeFor('acceptEdits', ['mcp__tracker__list'])).toBe('dontAsk');
  expect(modeFor('plan', ['Bash(git:*)'])).toBe('plan');
});

test('a place in line is by priority, then age, then insertion, and exact (R-PROD-030)', () => {
  const day = '2026-11-21T10:00:00Z';
  const later = '2026-11-21T10:00:01Z';
  const places = [
    ledgerPlace(0, later, 9),
    ledgerPlace(3, day, 1),
    ledgerPlace(3, day, 2),
    ledgerPlace(3, later, 0),
  ];
  expect([...places, ledgerPlace(5, day)]).toEqual(
    [...places, ledgerPlace(5, day)].toSorted((a, b) => a - b),
  );
  expect(places.every(Number.isSafeInteger)).toBe(true);
});

test('what no try can help goes to the queue of failed tasks, the rest to people (R-PROD-042)', () => {
  const settings = {
    ...{ maxRetries: 2, retryBackoffSeconds: 0, nonRetryableExitCodes: [] },
    ...{ deadLetterQueue: 'qa:escalated', failedQueue: 'qa:failed' },
  };
  const failed = (retryable: boolean): AgentOutcome => ({
    ...{ kind: 'failed', reason: 'x', retryable, durationMs: 1, outputBytes: 0, tail: '' },
  });
  const after = (outcome: AgentOutcome, retryCount: number) =>
    nextStep(outcome, { retryCount, lostCount: 0 }, settings);
  expect(after(failed(false), 0)).toMatchObject({ kind: 'dead-letter', queue: 'qa:failed' });
  expect(after(failed(true), 0)).toMatchObject({ kind: 'retry', retryCount: 1, delayMs: 0 });
  expect(after(failed(true), 2)).toMatchObject({ kind: 'dead-letter', queue: 'qa:escalated' });
});
