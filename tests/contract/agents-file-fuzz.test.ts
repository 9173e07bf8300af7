import fc from 'fast-check';
import { expect, test } from 'vitest';
import { parse } from 'yaml';
import { budgetProblem, nameProblem, timeoutProblem } from '../../src/core/policy/agent-rules.ts';
import { anAgentsFolder } from '../helpers/agents-folder.ts';

const NAME = /^[a-zA-Z0-9][a-zA-Z0-9_-]*$/;
const name = fc.stringMatching(/^[a-zA-Z0-9][a-zA-Z0-9_-]{0,12}$/);
const anyText = fc.oneof(
  fc.string({ unit: 'grapheme', maxLength: 40 }),
  fc.constantFrom(
    'no',
    'null',
    '~',
    '12:30',
    '1_000',
    '0x1F',
    '2026-11-21',
    '- x',
    '# x',
    ': x',
    '"',
    "'",
    '|',
    '{a: 1}',
    '',
    ' ',
    '\n',
    'a\nb\n',
    '&x',
    '*x',
    '!!int 3',
    '%YAML',
    '---',
    '...',
  ),
);

test('only letters, digits, hyphens and underscores make a name, to the last character (R-AD-018, R-ADX-048)', () => {
  fc.assert(
    fc.property(
      fc.oneof(
        fc.string({ maxLength: 20 }),
        name,
        name.map((text) => `${text}\n`),
      ),
      (text) => {
        expect(nameProblem(text) === null).toBe(NAME.test(text) && !text.includes('\n'));
      },
    ),
  );
  expect(nameProblem('a\n')).toBe(
    "Invalid agent name: 'a\n'. Use only letters, digits, hyphens, and underscores. Must start with a letter or digit.",
  );
  expect(nameProblem('x'.repeat(201), 'group')).toContain('Invalid group name');
});

test('numbers are finite and of the right sign, whatever comes (R-ADX-014, R-ADX-040)', () => {
  fc.assert(
    fc.property(fc.double(), (value) => {
      expect(timeoutProblem(value) === null).toBe(value > 0 && value <= 604_800);
      expect(budgetProblem(value) === null).toBe(value >= 0 && value < Infinity);
    }),
  );
  expect(timeoutProblem(-1)).toBe('timeout must be a positive number of seconds (got -1)');
  expect(budgetProblem(Number.NaN)).toBe('max_budget_usd must be a finite number.');
  expect(budgetProblem(-0.5)).toBe('max_budget_usd must be >= 0 (got -0.5)');
});

test('whatever text is written is read back the same, by readers of YAML 1.1 too (R-AD-019)', async () => {
  const { registry, read, write } = anAgentsFolder();
  await fc.assert(
    fc.asyncProperty(
      fc.record({
        name,
        description: anyText,
        instructions: anyText,
        tools: fc.array(anyText, { maxLength: 3 }),
      }),
      async ({ name: agent, description, instructions, tools }) => {
        write('');
        await registry.add(agent, { directory: '/srv', description });
        await registry.update(agent, { instructions, allowed_tools: tools });
        const profile = (await registry.read()).agents.get(agent);
        expect(profile).toMatchObject({ description, instructions, allowedTools: tools });
        const old = parse(read(), { version: '1.1' }).agents as Record<string, Record<string, unknown>>;
        expect(Object.keys(old)).toEqual([agent]);
        expect(old[agent]?.description ?? '').toBe(description);
        expect(old[agent]?.allowed_tools).toEqual(tools);
        await registry.remove(agent);
        expect((await registry.read()).agents.size).toBe(0);
      },
    ),
    { numRuns: 30 },
  );
});
