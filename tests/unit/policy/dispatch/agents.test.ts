import { expect, test } from 'vitest';
import { agentEntry, agentInspection } from '../../../../src/core/policy/dispatch/agent-lists.ts';
import { checkAgentName, permissionModeWarning } from '../../../../src/core/policy/dispatch/agent-names.ts';
import {
  type AgentFieldsInput,
  agentPatchOf,
  newAgentFields,
} from '../../../../src/core/policy/dispatch/agent-patch.ts';
import { groupEntry, groupInspection } from '../../../../src/core/policy/dispatch/group-lists.ts';
import { parseLabels, parseToolList } from '../../../../src/core/policy/dispatch/tool-list.ts';
import { agentNotFoundText, unknownAgentText } from '../../../../src/core/policy/dispatch/unknown-agent.ts';
import type { FolderFacts } from '../../../../src/core/ports/agent-scan.ts';
import { aProfile } from './samples.ts';

const folder: FolderFacts = {
  healthy: true,
  hasClaudeMd: true,
  hasReadme: false,
  hasMcpConfig: true,
  mcpServers: ['redis'],
  stacks: [],
  dbs: [],
  scanError: null,
};
const typical = {
  ...{ dispatches: 4, failed: 1, outcomes: { done: 3 } },
  ...{ medianSeconds: 20.04, p90Seconds: 30, medianCostUsd: 0.12345 },
};
const named = { name: 'infra', directory: '/srv/infra', description: 'Servers' };

test('an entry has the fixed fields and what is not empty (R-AD-058)', () => {
  expect(agentEntry(aProfile(), folder, null)).toEqual({
    ...named,
    ...{ healthy: true, has_claude_md: true, has_mcp_config: true, mcp_servers: ['redis'] },
  });
  const profile = aProfile({
    permissionMode: 'plan',
    allowedTools: [],
    disallowedTools: ['Bash'],
    capabilities: ['disks'],
    riskyCapabilities: ['reboot'],
  });
  expect(agentEntry(profile, { ...folder, mcpServers: [], dbs: ['Prisma'] }, typical)).toEqual({
    ...named,
    ...{ healthy: true, has_claude_md: true, has_mcp_config: true, dbs: ['Prisma'] },
    ...{ permission_mode: 'plan', allowed_tools: [], disallowed_tools: ['Bash'] },
    ...{ capabilities: ['disks'], risky_capabilities: ['reboot'] },
    typical: { median_seconds: 20, p90_seconds: 30, median_cost_usd: 0.1235 },
  });
});

test.each([false, 'UNREADABLE'] as const)(
  'a folder that is %s brings no scan fields (R-AD-059, R-AD-066)',
  (healthy) => {
    const facts = { ...folder, healthy };
    expect(agentEntry(aProfile(), facts, null)).toEqual({
      ...named,
      ...{ healthy, has_claude_md: false, has_mcp_config: false },
    });
    const inspection = { facts, previews: null, timeoutSeconds: 300, typical: null };
    expect(agentInspection(aProfile(), inspection)).toEqual({ ...named, timeout: 300, healthy });
  },
);

test('an inspection has the folder, empty lists and cut previews (R-AD-064, R-AD-065, R-ADX-024, R-ADX-031)', () => {
  const profile = aProfile({ model: 'opus', maxBudgetUsd: 0.5, instructions: 'Never reboot.' });
  const previews = { claudeMd: { text: '# Disks', truncated: true }, readme: null };
  expect(agentInspection(profile, { facts: folder, previews, timeoutSeconds: 60, typical })).toEqual({
    ...named,
    ...{ timeout: 60, model: 'opus', max_budget_usd: 0.5, instructions: 'Never reboot.' },
    typical: {
      ...{ dispatches: 4, failed: 1, median_seconds: 20, p90_seconds: 30, median_cost_usd: 0.1235 },
      outcomes: { done: 3 },
    },
    ...{ healthy: true, mcp_servers: ['redis'], stacks: [], dbs: [] },
    ...{ has_claude_md: true, has_readme: false, has_mcp_config: true },
    ...{ claude_md_preview: '# Disks', claude_md_truncated: true },
  });
  const broken = { facts: { ...folder, scanError: 'no' }, previews: null, timeoutSeconds: 60, typical: null };
  expect(agentInspection(profile, broken)).toMatchObject({ healthy: true, scan_error: 'no' });
});

test('groups show members, known or not (R-ADX-006)', () => {
  const members = [
    { agent: 'infra', useFor: 'disks' },
    { agent: 'gone', useFor: '' },
  ];
  const group = { name: 'ops', description: 'd', sharedContext: 'EU', members };
  const facts = { agents: new Map([['infra', aProfile()]]), healthOf: () => true };
  const entry = {
    ...{ name: 'ops', description: 'd', shared_context_present: true, member_count: 2 },
    members: [
      { agent: 'infra', use_for: 'disks', healthy: true },
      { agent: 'gone', unknown: true },
    ],
  };
  expect(groupEntry(group, facts)).toEqual(entry);
  expect(groupInspection(group, facts)).toMatchObject({
    shared_context: 'EU',
    members: [{ agent: 'infra', directory: '/srv/infra', description: 'Servers' }, { unknown: true }],
  });
});

test.each([
  ['', undefined],
  [' None ', null],
  ['[]', []],
  ['Bash, Read,,', ['Bash', 'Read']],
  ['Bash(git log:*, git diff:*),Read', ['Bash(git log:*, git diff:*)', 'Read']],
  ['Bash("a, (b"),Read', ['Bash("a, (b")', 'Read']],
])('the tools %j are %j (R-AD-016, R-AD-096, R-AD-098)', (text, expected) => {
  expect(parseToolList(text)).toEqual(expected);
});

test('a bracket without end is told, not guessed (R-AD-098)', () => {
  expect(() => parseToolList('Bash(git log')).toThrow('allowed_tools: a ) is missing');
});

test('labels are words with commas (R-ADX-004)', () => {
  expect(['', 'none', 'a, b,'].map((text) => parseLabels(text))).toEqual([undefined, [], ['a', 'b']]);
});

test.each<[AgentFieldsInput, object]>([
  [
    { description: 'new', timeout: 60, max_budget_usd: 1 },
    { description: 'new', timeout: 60, max_budget_usd: 1 },
  ],
  [{ max_budget_usd: -1 }, { max_budget_usd: null }],
  [
    { model: 'NONE', permission_mode: 'none', description: 'none' },
    { description: '', model: null, permission_mode: null },
  ],
  [
    { allowed_tools: '[]', disallowed_tools: 'none', instructions: 'none' },
    { allowed_tools: [], disallowed_tools: null, instructions: '' },
  ],
])('an update of %j changes %j (R-AD-096, R-ADX-024)', (input, patch) => {
  expect(agentPatchOf({ timeout: 0, model: '', ...input })).toEqual({ patch, fields: Object.keys(patch) });
});

test.each<[AgentFieldsInput, 'add' | 'update', string | RegExp]>([
  [{}, 'update', 'Nothing to update. Pass at least one non-empty field.'],
  [{ timeout: -1 }, 'update', /^timeout must be a positive number of seconds \(got -1\)/],
  [{ timeout: -1 }, 'add', /^timeout must be a positive number of seconds \(got -1\)/],
  [{ max_budget_usd: Number.NaN }, 'update', 'max_budget_usd must be a finite number.'],
  [{ max_budget_usd: -2 }, 'add', 'max_budget_usd must be >= 0 (got -2); 0 inherits defaults.'],
])('%j cannot be used to %s (R-AD-097, R-ADX-014, R-ADX-040)', (input, verb, text) => {
  expect(() => (verb === 'add' ? newAgentFields(input) : agentPatchOf(input))).toThrow(text);
});

test('a new agent gets no field that nobody gave (R-AD-023, R-AD-095)', () => {
  expect(newAgentFields({ description: '', timeout: 0, max_budget_usd: 0, allowed_tools: '' })).toEqual({});
});

test('names follow one rule, to the last character (R-AD-018, R-ADX-048)', () => {
  for (const name of ['a', '0-b_C']) expect(checkAgentName(name)).toBeUndefined();
  for (const name of ['', '-a', 'a b', 'a\n', 'ä'])
    expect(() => checkAgentName(name)).toThrow(
      `Invalid agent name: '${name}'. Use only letters, digits, hyphens, and underscores. Must start with a letter or digit.`,
    );
  expect(() => checkAgentName('-', 'group')).toThrow("Invalid group name: '-'.");
});

test('unknown permission modes are warned of, newer ones are not (R-AD-017)', () => {
  expect([null, '', 'plan', 'acceptEdits'].map(permissionModeWarning)).toEqual([null, null, null, null]);
  expect(permissionModeWarning('yolo')).toBe(
    "Unknown permission_mode: 'yolo'. Known values: bypassPermissions, default, plan",
  );
});

test('an unknown agent is answered with the known ones (R-AD-005, R-AD-097)', () => {
  expect(unknownAgentText('foo', ['infra', 'db'])).toBe("Unknown agent: 'foo'. Available: infra, db");
  expect(unknownAgentText('foo', [])).toBe("Unknown agent: 'foo'. Available: (none configured)");
  expect(agentNotFoundText('foo', [])).toBe("Agent 'foo' not found. Available: (none)");
});
