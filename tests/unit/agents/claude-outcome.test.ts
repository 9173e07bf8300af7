import { describe, expect, test } from 'vitest';
import type { ProcessEnd } from '../../../src/adapters/process/process-runner.ts';
import { exited, failure, ID, INIT, OK, read, type Said } from './claude-said.ts';

const check = (given: Said, expected: object) => expect(read(given).outcome).toMatchObject(expected);

describe('how a run of Claude Code counts', () => {
  test.each<[string, Said, object]>([
    [
      'a result without an error is success',
      { lines: [INIT, OK] },
      { kind: 'succeeded', report: { text: 'done', isError: false, numTurns: 2, model: 'opus' } },
    ],
    [
      'it is success whatever the exit code (R-AD-047)',
      { lines: [INIT, OK], end: exited(1) },
      { kind: 'succeeded', report: { badExit: { code: 1, signal: null } } },
    ],
    [
      'it is success although a signal came after it (R-AD-047)',
      { lines: [INIT, OK], end: { kind: 'signalled', signal: 'SIGTERM' } },
      { kind: 'succeeded', report: { badExit: { code: null, signal: 'SIGTERM' } } },
    ],
    [
      'a result of old without a verdict is success (R-AD-047)',
      { lines: [{ ...OK, is_error: undefined }], end: exited(1) },
      { kind: 'succeeded', report: { isError: false } },
    ],
    [
      'the subtype success with is_error is failure (R-AD-044)',
      { lines: [failure({ result: 'no luck' })], end: exited(1) },
      {
        kind: 'failed',
        reason: 'no luck',
        exitCode: 1,
        retryable: true,
        report: { subtype: 'success', isError: true, text: 'no luck' },
      },
    ],
    [
      'an error with exit code 0 is failure (R-AD-044)',
      { lines: [failure({ result: 'no luck' })] },
      { kind: 'failed', exitCode: 0 },
    ],
    [
      'an error subtype is failure without is_error',
      { lines: [{ ...OK, subtype: 'error_max_turns', is_error: undefined, result: undefined }] },
      { kind: 'failed', reason: "claude CLI reported 'error_max_turns'" },
    ],
    [
      'without a text the reason is in errors (R-ADX-011)',
      { lines: [failure({ result: undefined, errors: ['a', '', 3] })] },
      { reason: 'a; 3', report: { errors: ['a', '3'] } },
    ],
    [
      'a failure that tells nothing says so (R-AD-044)',
      { lines: [failure({ result: '' })] },
      { reason: 'the agent reported an error with no details' },
    ],
    [
      'a result that is no text is coerced (R-AD-042)',
      { lines: [{ ...OK, result: { a: 1 } }] },
      { kind: 'succeeded', report: { text: '{"a":1}' } },
    ],
    [
      'a budget stop tells cost and conversation (R-ADX-010)',
      {
        lines: [
          failure({
            subtype: 'error_max_budget_usd',
            terminal_reason: 'budget_exhausted',
            result: undefined,
            errors: ['Reached maximum budget ($0.5)'],
          }),
        ],
        end: exited(1),
      },
      {
        kind: 'failed',
        reason: 'Reached maximum budget ($0.5)',
        sessionId: ID,
        costMicroUsd: 500_000,
        report: { terminalReason: 'budget_exhausted' },
      },
    ],
    [
      'refused tools do not fail a run (R-AD-051)',
      {
        lines: [
          {
            ...OK,
            permission_denials: [{ tool_name: 'Bash' }, { tool_name: 'Bash' }, { tool: 'Old' }, {}, 'odd'],
          },
        ],
      },
      { kind: 'succeeded', report: { deniedTools: ['Bash', 'Old', 'unknown', 'odd'] } },
    ],
    [
      'a wrong key cannot be mended by a retry',
      { lines: [failure({ api_error_status: 401 })], end: exited(1) },
      { kind: 'failed', retryable: false, report: { apiStatus: 401 } },
    ],
    [
      'an overloaded provider can',
      { lines: [failure({ api_error_status: 529 })], end: exited(1) },
      { retryable: true },
    ],
    [
      'the last of several results counts',
      { lines: [{ ...OK, result: 'first' }, INIT, { ...OK, result: 'second' }] },
      { report: { text: 'second' } },
    ],
    [
      'a stream without a result is failure (R-AD-056)',
      { lines: [INIT] },
      { kind: 'failed', reason: 'No result received (exit code 0)', sessionId: ID },
    ],
    [
      'it is told with stderr (R-AD-056)',
      { lines: [INIT], stderr: 'broken pipe', end: exited(2) },
      { reason: 'No result received (exit code 2): broken pipe', report: { stderr: 'broken pipe' } },
    ],
    [
      'text that is no JSON is the answer (R-AD-046)',
      { lines: ['Plain', 'words'] },
      { kind: 'succeeded', sessionId: ID, report: { text: 'Plain\nwords' } },
    ],
    [
      'with a bad exit it is the reason (R-AD-046)',
      { lines: ['It went wrong'], end: exited(1) },
      { kind: 'failed', reason: 'exited with code 1: It went wrong', report: { text: 'It went wrong' } },
    ],
    [
      'JSON that is no object is text (R-AD-046)',
      { lines: ['"a"', '[1]', 'null'] },
      { kind: 'succeeded', report: { text: '"a"\n[1]\nnull' } },
    ],
    [
      'no output at all is failure (R-AD-047)',
      {},
      { kind: 'failed', reason: 'exited with code 0 and no output', exitCode: 0 },
    ],
    [
      'without output stderr is the reason (R-AD-045)',
      { stderr: 'no login', end: exited(1) },
      { reason: 'exited with code 1: no login', report: { text: '', stderr: 'no login' } },
    ],
    [
      'a death by signal is named',
      { lines: [INIT], end: { kind: 'signalled', signal: 'SIGSEGV' } },
      { kind: 'failed', reason: 'killed by signal SIGSEGV', signal: 'SIGSEGV' },
    ],
    [
      'an interrupt from elsewhere is failure, whatever the exit code',
      {
        lines: [
          failure({ subtype: 'error_during_execution', result: undefined, terminal_reason: 'aborted_tools' }),
        ],
      },
      { kind: 'failed', reason: 'the agent was interrupted (aborted_tools)' },
    ],
    [
      'an unknown conversation is recognised (R-AD-077)',
      {
        session: { kind: 'resume', id: ID },
        stderr: 'No conversation found with session ID: x',
        end: exited(1),
      },
      { kind: 'failed', report: { conversationMissing: true } },
    ],
  ])('%s', (_, given, expected) => check(given, expected));

  const timedOut: ProcessEnd = { kind: 'timed-out', limitMs: 500 };
  const aborted = failure({
    subtype: 'error_during_execution',
    result: undefined,
    terminal_reason: 'aborted_streaming',
  });
  test.each<[string, Said, object]>([
    [
      'a result before the timeout outranks it (R-ADX-012, R-ADX-042)',
      { lines: [INIT, OK], end: timedOut },
      { kind: 'succeeded', report: { text: 'done', cleanedUp: true } },
    ],
    [
      'so does one that is an error',
      { lines: [INIT, failure({ result: 'no' })], end: timedOut, after: [aborted] },
      { kind: 'failed', reason: 'no', report: { cleanedUp: true } },
    ],
    [
      'and one before a stall',
      { lines: [INIT, OK], end: { kind: 'stalled', silentMs: 5 } },
      { kind: 'succeeded' },
    ],
    [
      'a result after it does not, but tells the cost (R-AD-048)',
      { lines: [INIT], end: timedOut, after: [OK] },
      { kind: 'timed-out', limitMs: 500, sessionId: ID, costMicroUsd: 500_000 },
    ],
    [
      'what it said before it was cut off is kept (R-AD-048)',
      {
        lines: [
          INIT,
          { type: 'assistant', message: { id: 'm', content: [{ type: 'text', text: 'half way' }] } },
        ],
        end: timedOut,
        after: [aborted],
      },
      { kind: 'timed-out', report: { text: 'half way', subtype: 'error_during_execution' } },
    ],
    [
      'a stop stays a stop, with the answer kept (R-ART-048)',
      { lines: [INIT, OK], end: { kind: 'stopped', by: 'cancel' } },
      { kind: 'stopped', by: 'cancel', report: { text: 'done' } },
    ],
    [
      'a run killed without a result keeps its conversation (R-AD-049)',
      { end: timedOut },
      { kind: 'timed-out', sessionId: ID },
    ],
  ])('%s', (_, given, expected) => check(given, expected));
});
