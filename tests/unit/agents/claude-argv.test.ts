import { expect, test } from 'vitest';
import { type ClaudeCall, claudeCommand } from '../../../src/adapters/agents/claude/argv.ts';
import { whyInjecting } from '../../../src/adapters/agents/claude/refusal.ts';
import { PROMPT_ARGV_BYTES_MAX } from '../../../src/core/limits.ts';
import { type ModelOptions, NO_MODEL_OPTIONS } from '../../../src/core/schema/model-options.ts';

const ID = '11111111-2222-4333-8444-555555555555';
const ALL: ModelOptions = {
  model: 'opus',
  permissionMode: 'acceptEdits',
  allowedTools: ['Bash(git *)', 'Read'],
  disallowedTools: ['WebFetch'],
  budgetMicroUsd: 1_500_000,
  systemPrompt: '## Dispatch protocol\n- be brief',
};

function aCall(fields: Partial<ClaudeCall> = {}): ClaudeCall {
  return {
    ...{ program: ['claude'], prompt: 'do it', promptVia: 'argument', session: { kind: 'new', id: ID } },
    ...{ options: NO_MODEL_OPTIONS, appendsSystemPrompt: true },
    ...{ replacesSystemPrompt: true, limitsTurns: true },
    ...fields,
  };
}

test('the command line stands in the order users know, everything set (R-AD-025, R-AD-027, R-AD-028, R-ADX-019)', () => {
  expect(claudeCommand(aCall({ options: ALL }))).toEqual({
    argv: [
      ...['claude', '-p', 'do it', '--output-format', 'stream-json', '--verbose'],
      ...['--append-system-prompt', ALL.systemPrompt, '--session-id', ID, '--max-budget-usd', '1.5'],
      ...['--model', 'opus', '--permission-mode', 'acceptEdits', '--allowedTools', 'Bash(git *)'],
      ...['--allowedTools', 'Read', '--disallowedTools', 'WebFetch'],
    ],
    stdin: null,
  });
});

test('what is not set leaves no flag behind (R-AD-025, R-ADX-025)', () => {
  const { argv } = claudeCommand(aCall({ session: null, options: { ...NO_MODEL_OPTIONS, model: '' } }));
  expect(argv).toEqual(['claude', '-p', 'do it', '--output-format', 'stream-json', '--verbose']);
});

test('a conversation is resumed or begun, never both (R-AD-026)', () => {
  const { argv } = claudeCommand(aCall({ session: { kind: 'resume', id: ID } }));
  expect(argv.slice(-2)).toEqual(['--resume', ID]);
  expect(argv).not.toContain('--session-id');
});

test.each([
  [1, '0.000001'],
  [500_000, '0.5'],
  [20_000_000, '20'],
  [1_000_000_000_000, '1000000'],
])('a cap of %i micro-dollars is told as %s dollars', (budgetMicroUsd, told) => {
  const { argv } = claudeCommand(aCall({ options: { ...NO_MODEL_OPTIONS, budgetMicroUsd } }));
  expect(argv.at(-1)).toBe(told);
});

test.each([
  ['begins with a dash', '--resume x'],
  ['is too long for an argument', 'x'.repeat(PROMPT_ARGV_BYTES_MAX + 1)],
  ['holds a NUL', 'a\0b'],
])('a prompt that %s goes by standard input and is no option (R-AD-029, R-SYS-030)', (_, prompt) => {
  const { argv, stdin } = claudeCommand(aCall({ prompt }));
  expect(argv.slice(1, 3)).toEqual(['-p', '--output-format']);
  expect(stdin).toBe(prompt);
});

test('a prompt of the longest length is still an argument', () => {
  const prompt = 'x'.repeat(PROMPT_ARGV_BYTES_MAX);
  expect(claudeCommand(aCall({ prompt })).argv[2]).toBe(prompt);
});

test.each([
  [false, ALL.systemPrompt],
  [true, 'y'.repeat(PROMPT_ARGV_BYTES_MAX + 1)],
])(
  'a system prompt that cannot be a flag stands before the prompt (R-ADX-026)',
  (appendsSystemPrompt, systemPrompt) => {
    const call = aCall({ appendsSystemPrompt, options: { ...NO_MODEL_OPTIONS, systemPrompt } });
    const { argv, stdin } = claudeCommand(call);
    expect(argv).not.toContain('--append-system-prompt');
    expect(stdin ?? argv[2]).toBe(`${systemPrompt}\n\ndo it`);
  },
);

test('arguments of a route stand before -p', () => {
  const { argv } = claudeCommand(aCall({ program: ['claude', '--max-turns', '3'] }));
  expect(argv.slice(0, 4)).toEqual(['claude', '--max-turns', '3', '-p']);
});

test.each([
  ['session_id', { kind: 'resume', id: '--model' }, {}, '--model'],
  ['model', null, { model: '-x' }, '-x'],
  ['permission_mode', null, { permissionMode: '--yolo' }, '--yolo'],
  ['allowed tool', null, { allowedTools: ['Read', '-Bash'] }, '-Bash'],
  ['disallowed tool', null, { disallowedTools: ['--x'] }, '--x'],
] as const)('a %s that looks like an option is refused (R-AD-029)', (label, session, options, value) => {
  const all = { ...NO_MODEL_OPTIONS, ...structuredClone(options) } as ModelOptions;
  expect(whyInjecting(session, all)?.reason).toBe(
    `Refusing to dispatch: ${label} '${value}' starts with '-' and would be interpreted as a command-line flag by the claude CLI.`,
  );
});

test('ordinary values pass, whatever the prompts begin with (R-AD-029)', () => {
  expect(whyInjecting({ kind: 'new', id: ID }, { ...ALL, systemPrompt: '- be brief' })).toBeNull();
});

test('the tools of a role are all there are, in one word; parts of a tool name it once (R-PROD-015, R-PROD-107)', () => {
  const argvOf = (onlyTools: string[]) =>
    claudeCommand(aCall({ options: { ...NO_MODEL_OPTIONS, onlyTools } })).argv.join(' ');
  expect(argvOf(['Read', 'Bash(git:*)', 'Bash(ls:*)'])).toMatch(/ --tools Read,Bash --strict-mcp-config$/);
  expect(argvOf(['Read', 'mcp__tracker__list'])).toMatch(/ --tools Read$/);
  expect(claudeCommand(aCall({ options: { ...NO_MODEL_OPTIONS, onlyTools: [] } })).argv.slice(-3)).toEqual([
    ...['--tools', '', '--strict-mcp-config'],
  ]);
});

test('a system prompt of one’s own and a limit of turns are told, or put before the prompt by a CLI that cannot (R-PROD-107)', () => {
  const options = { ...NO_MODEL_OPTIONS, ownSystemPrompt: 'You test.', maxTurns: 16 };
  const { argv } = claudeCommand(aCall({ options }));
  expect(argv.join(' ')).toContain('--system-prompt You test.');
  expect(argv.join(' ')).toContain('--max-turns 16');
  const old = claudeCommand(
    aCall({ options, prompt: 'Go.', replacesSystemPrompt: false, limitsTurns: false }),
  );
  expect(old.argv).toContain('You test.\n\nGo.');
  expect(old.argv).not.toContain('--max-turns');
});
