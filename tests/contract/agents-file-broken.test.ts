import { mkdirSync, symlinkSync } from 'node:fs';
import { dirname } from 'node:path';
import { describe, expect, test } from 'vitest';
import { anAgentsFolder } from '../helpers/agents-folder.ts';

describe('files that cannot be taken', () => {
  const refused: readonly [what: string, text: string | Uint8Array, problem: RegExp][] = [
    ['broken YAML', 'agents: [', /is not valid YAML:\nline 1, column \d+: /],
    [
      'two of one name',
      'agents:\n  a: {directory: /a}\n  a: {directory: /b}\n',
      /is not valid YAML:\nline 3/,
    ],
    ['no map', '- a\n', /has an invalid schema:\nthe file: /],
    ['a missing directory', 'agents: { a: { timeout: 5 } }', /agents\.a\.directory: is required/],
    [
      'a name with a space',
      'agents: { "a b": { directory: /a } }',
      /agents: Invalid agent name: 'a b'\. Use only/,
    ],
    ['a name with a line end', 'agents: { "a\\n": { directory: /a } }', /Invalid agent name/],
    [
      'a negative timeout',
      'agents: { a: { directory: /a, timeout: -5 } }',
      /timeout must be a positive number of seconds \(got -5\)/,
    ],
    [
      'a negative budget',
      'agents: { a: { directory: /a, max_budget_usd: -1 } }',
      /max_budget_usd must be >= 0 \(got -1\)/,
    ],
    [
      'no number',
      'agents: { a: { directory: /a, max_budget_usd: .nan } }',
      /max_budget_usd must be a finite number\./,
    ],
    [
      'an endless budget',
      'settings: { default_max_budget_usd: .inf }',
      /default_max_budget_usd must be a finite number\./,
    ],
    ['no depth', 'settings: { max_dispatch_depth: 0 }', /max_dispatch_depth: must be a whole number >= 1/],
    ['no UTF-8', Uint8Array.of(0x61, 0x3a, 0x20, 0xff), /is not UTF-8 text/],
    ['too much', `# ${'x'.repeat(1_048_577)}\n`, /is larger than 1048576 bytes/],
    ['deep nesting', `agents: ${'['.repeat(20_000)}`, /is not valid YAML/],
    [
      'aliases without bound',
      `a: &a [x]\n${[...'bcdefghij'].map((c, i) => `${c}: &${c} [*${'abcdefghi'[i]},*${'abcdefghi'[i]},*${'abcdefghi'[i]}]\n`).join('')}`,
      /is not valid YAML/,
    ],
  ];

  test.each(refused)(
    '%s (R-AD-018, R-AD-020, R-ADX-014, R-ADX-017, R-ADX-040, R-ADX-048)',
    async (_, text, problem) => {
      const { registry, write, path } = anAgentsFolder();
      write(text);
      const error = await registry.read().catch((thrown: unknown) => thrown);
      expect(error).toMatchObject({ code: 'invalid-config', hint: expect.stringContaining('mend') });
      expect((error as Error).message).toMatch(problem);
      expect((error as Error).message).toContain(`config at ${path} `);
    },
  );

  test('a folder in its place and a loop of links are reported, not crashed on', async () => {
    const { registry, path } = anAgentsFolder();
    mkdirSync(path, { recursive: true });
    await expect(registry.read()).rejects.toThrow('is not a file');
    const looped = anAgentsFolder();
    mkdirSync(dirname(looped.path), { recursive: true });
    symlinkSync(looped.path, looped.path);
    await expect(looped.registry.read()).rejects.toThrow('cannot be read');
  });
});
