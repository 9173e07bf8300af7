import { expect, test } from 'vitest';
import {
  type DialogueState,
  type DialogueStep,
  dialogueRequest,
  dialogueTurn,
  openDialogue,
} from '../../../../src/core/policy/dispatch/dialogue.ts';
import { endsResolved, withoutMarker } from '../../../../src/core/policy/dispatch/dialogue-marker.ts';
import { dialogueResponse } from '../../../../src/core/policy/dispatch/dialogue-response.ts';
import type { DispatchResult } from '../../../../src/core/schema/dispatch.ts';

const topic = `Which port? ${'x'.repeat(300)}`;
const opened = openDialogue({ requester: 'web', responder: 'infra', topic, maxRounds: 2 });

const says = (result: string, fields: Partial<DispatchResult> = {}): DispatchResult => ({
  agent: 'any',
  success: true,
  result,
  session_id: `s-${result.length}`,
  cost_usd: 0.00004,
  duration_ms: 10,
  ...fields,
});

/** Plays replies one after the other. */
function play(replies: readonly DispatchResult[], from: DialogueState = opened): DialogueStep {
  let step: DialogueStep = { kind: 'next', state: from };
  for (const reply of replies) step = dialogueTurn(step.state, reply);
  return step;
}

test('the responder begins and hears topic, caller and goal (R-AD-088, R-AD-089)', () => {
  const { request, sessionId } = dialogueRequest(opened);
  expect(request).toMatchObject({ agent: 'infra', caller: 'web', goal: topic.slice(0, 200) });
  expect(request.task).toContain(topic);
  expect(request.task).toContain("'web'");
  expect(request.task).toContain('[RESOLVED]');
  expect(sessionId).toBeNull();
});

test('the requester hears the whole topic and what was said, in a conversation of its own (R-AD-092)', () => {
  const { state } = play([says('Do you use TLS?')]);
  const { request, sessionId } = dialogueRequest(state);
  expect(request).toMatchObject({ agent: 'web', caller: 'infra' });
  expect(request.task).toContain(topic);
  expect(request.task).toContain('Do you use TLS?');
  expect(sessionId).toBeNull();
});

test('later turns go on in the conversation and quote only the other (R-AD-088, R-AD-089)', () => {
  const { state } = play([says('Do you use TLS?'), says('Yes.')]);
  const { request, sessionId } = dialogueRequest(state);
  expect(state.round).toBe(2);
  expect(sessionId).toBe('s-15');
  expect(request.task).toContain('Yes.');
  expect(request.task).not.toContain(topic);
});

test('a conversation that did not come back is told the topic again (R-AD-092)', () => {
  const { session_id: _gone, ...lost } = says('Do you use TLS?');
  const { request, sessionId } = dialogueRequest(play([lost, says('Yes.')]).state);
  expect(sessionId).toBeNull();
  expect(request.task).toContain(topic);
});

test.each<[string, readonly DispatchResult[], object]>([
  ['a marker', [says('Use 443. [RESOLVED]')], { resolved: true, finalAnswer: 'Use 443.' }],
  [
    'a marker of the requester',
    [says('443?'), says('Yes: 443.\n\n[RESOLVED]')],
    { resolved: true, finalAnswer: 'Yes: 443.' },
  ],
  [
    'a failure',
    [says('', { success: false, error: 'boom', error_type: 'cli_error' })],
    { resolved: false, finalAnswer: 'boom' },
  ],
  [
    'a failure with the marker',
    [says('443 [RESOLVED]', { success: false, error: 'boom' })],
    { resolved: true, finalAnswer: 'boom' },
  ],
  ['the last round', [says('a'), says('b'), says('c'), says('d')], { resolved: false, finalAnswer: 'd' }],
  ['a repetition', [says('a'), says('b'), says('a ')], { resolved: false, finalAnswer: 'a ' }],
])('a dialogue ends with %s (R-AD-090, R-AD-092)', (_, replies, ending) => {
  expect(play(replies)).toMatchObject({ kind: 'ended', ending });
  expect(play(replies.slice(0, -1)).kind).toBe('next');
});

test('a dialogue ends when its money is spent (R-AD-092)', () => {
  const capped = openDialogue({ requester: 'web', responder: 'infra', topic, maxRounds: 9, maxCostUsd: 1 });
  expect(play([says('a', { cost_usd: 0.6 })], capped).kind).toBe('next');
  expect(play([says('a', { cost_usd: 0.6 }), says('b', { cost_usd: 0.4 })], capped)).toMatchObject({
    kind: 'ended',
    ending: { resolved: false, finalAnswer: 'b' },
  });
});

test.each([
  ['Done [RESOLVED]', true, 'Done'],
  ['Done **[RESOLVED]**', true, 'Done'],
  ['**Done** [RESOLVED].', true, '**Done**'],
  ['Done\n[RESOLVED]\nSTATUS: done - all asked', true, 'Done'],
  ['End with [RESOLVED] when ready. Not yet.', false, 'End with [RESOLVED] when ready. Not yet.'],
  ['Done [resolved]', false, 'Done [resolved]'],
])('%j resolves: %s (R-AD-090, R-AD-092)', (message, resolved, rest) => {
  expect(endsResolved(message)).toBe(resolved);
  expect(withoutMarker(message)).toBe(rest);
});

test('the answer has every turn and the sums (R-AD-091)', () => {
  const step = play([
    says('443?'),
    says('', {
      success: false,
      error: 'boom',
      error_type: 'timeout',
      cost_usd: undefined,
    } as Partial<DispatchResult>),
  ]);
  if (step.kind !== 'ended') throw new Error('still going');
  expect(dialogueResponse(step.state, step.ending)).toEqual({
    resolved: false,
    rounds: 1,
    total_cost_usd: 0,
    total_duration_ms: 20,
    final_answer: 'boom',
    conversation: [
      { agent: 'infra', role: 'responder', round: 1, message: '443?', cost_usd: 0.00004 },
      {
        agent: 'web',
        role: 'requester',
        round: 1,
        message: '',
        cost_usd: null,
        error: 'boom',
        error_type: 'timeout',
      },
    ],
  });
});
