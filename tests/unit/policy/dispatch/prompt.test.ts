import { expect, test } from 'vitest';
import { withGroupContext } from '../../../../src/core/policy/dispatch/group-context.ts';
import { composePrompt } from '../../../../src/core/policy/dispatch/prompt-text.ts';
import { type ProtocolFacts, protocolText } from '../../../../src/core/policy/dispatch/protocol-text.ts';
import type { AgentGroup } from '../../../../src/core/schema/agent-profile.ts';
import { aRequest } from './samples.ts';

test.each([
  ['the bare task (R-AD-034)', {}, 'Check the disks.'],
  [
    'a context before the task (R-AD-034)',
    { context: 'Two hosts' },
    'Context:\nTwo hosts\n\nTask:\nCheck the disks.',
  ],
  [
    'a caller makes sections (R-AD-035)',
    { caller: 'web' },
    '## Dispatched by\nweb\n\n## Task\nCheck the disks.',
  ],
  [
    'all sections in their order (R-AD-035)',
    { caller: 'web', goal: 'Release', context: 'Two hosts' },
    '## Goal\nRelease\n\n## Dispatched by\nweb\n\n## Context\nTwo hosts\n\n## Task\nCheck the disks.',
  ],
])('a prompt is %s', (_, fields, expected) => {
  expect(composePrompt(aRequest(fields))).toBe(expected);
});

test('a JSON answer is asked for in a last section (R-AD-036)', () => {
  const prompt = composePrompt(aRequest({ responseFormat: 'json', goal: 'Release' }));
  expect(prompt).toMatch(/^## Goal\nRelease\n\n## Task\nCheck the disks\.\n\n## Response format\n/);
  expect(prompt).toContain('{"error": "<reason>"}');
});

const ops: AgentGroup = {
  name: 'ops',
  description: 'never told',
  sharedContext: ' Region: eu \n',
  members: [{ agent: 'infra', useFor: 'disks' }],
};
const groups = new Map([
  ['ops', ops],
  ['none', { ...ops, name: 'none', members: [] }],
]);

test('what a group shares stands before the context (R-ADX-007)', () => {
  expect(withGroupContext(aRequest({ group: 'ops' }), groups).context).toBe(
    "Shared context (group 'ops'):\nRegion: eu",
  );
  expect(withGroupContext(aRequest({ group: 'ops', context: 'Two hosts' }), groups).context).toBe(
    "Shared context (group 'ops'):\nRegion: eu\n\nTwo hosts",
  );
  const plain = aRequest({ context: ' as it is ' });
  expect(withGroupContext(plain, groups)).toBe(plain);
});

test.each([
  ['unknown', 'infra', "Unknown group: 'unknown'. Available: ops, none"],
  ['ops', 'web', "Agent 'web' is not a member of group 'ops'. Members: infra"],
  ['none', 'infra', /^Group 'none' has no members yet\./],
])('group %s refuses %s (R-ADX-007)', (group, agent, message) => {
  expect(() => withGroupContext(aRequest({ group, agent }), groups)).toThrow(message);
});

const facts: ProtocolFacts = {
  agent: 'infra',
  caller: 'web',
  timeoutSeconds: 300,
  maxBudgetUsd: 0.5,
  json: false,
  instructions: '',
  dispatchProtocol: true,
};

test('the protocol names agent, caller, time, money and the STATUS line (R-ADX-019)', () => {
  const text = protocolText(facts) ?? '';
  expect(text.startsWith('## Dispatch protocol\n')).toBe(true);
  for (const part of [
    '"infra"',
    'web',
    'non-interactive',
    'about 300 seconds',
    'spend cap $0.5',
    'STATUS: done',
  ])
    expect(text).toContain(part);
  expect(protocolText({ ...facts, caller: '' })).toContain('another agent');
  expect(protocolText({ ...facts, maxBudgetUsd: null })).not.toContain('spend cap');
  expect(protocolText({ ...facts, json: true })).not.toMatch(/STATUS|outcome/);
});

test('standing instructions follow the protocol, or stand alone, or nothing is sent (R-ADX-024, R-ADX-025)', () => {
  const orders = '## Standing instructions for "infra"\nNever reboot.';
  expect(protocolText({ ...facts, instructions: 'Never reboot.' })).toMatch(new RegExp(`\\n\\n${orders}$`));
  expect(protocolText({ ...facts, instructions: 'Never reboot.', dispatchProtocol: false })).toBe(orders);
  expect(protocolText({ ...facts, dispatchProtocol: false })).toBeNull();
});
