import fc from 'fast-check';
import { expect, test } from 'vitest';
import { checkMeaning } from '../../src/adapters/config/check-meaning.ts';
import { explainConfig } from '../../src/adapters/config/explain-config.ts';
import { fileLayer } from '../../src/adapters/config/layer.ts';
import { mergeLayers } from '../../src/adapters/config/merge-layers.ts';
import { toSettings } from '../../src/adapters/config/to-settings.ts';
import { AppError } from '../../src/core/errors.ts';
import { Settings } from '../../src/core/schema/settings.ts';
import { load, problemsOf } from '../unit/config/config-folder.ts';

const KEYS = [
  'board',
  'command',
  'agents',
  'routes',
  'api',
  'pools',
  'temporal',
  'timeout',
  'queue',
  '__proto__',
  'constructor',
];
const FULL = `project: shop
board: { kind: json, path: b.json }
command: [a, b]
agents: { e: { command: "x 'y z'", env: { K: v } }, __proto__: { command: q } }
routes:
  - { queue_name: Todo, agent: e, timeout: none, prompt: "{task_id}" }
  - &r { queue: Review, dead_letter_queue: false }
pools: { routes: 2 }
api: { allowed_hosts: [a.example] }
`;

/** A text either becomes settings of the right shape or an operating error: never anything else. */
function digest(text: string): void {
  try {
    const { layer, problems } = fileLayer(text, 'dispatch.yaml', 'project');
    if (layer === null) {
      expect(problems.length).toBeGreaterThan(0);
      return;
    }
    const merged = mergeLayers([layer]);
    if (checkMeaning(merged).length === 0) Settings.parse(toSettings(merged.values, '/srv/shop'));
  } catch (error) {
    if (!(error instanceof AppError) || error.code !== 'invalid-config') throw error;
  }
}

test('whatever the file holds, it ends in settings or in one configuration error', () => {
  const key = fc.oneof(fc.constantFrom(...KEYS), fc.string({ maxLength: 8 }));
  const { tree } = fc.letrec((tie) => ({
    tree: fc.oneof(
      { depthSize: 'small' },
      fc.jsonValue({ maxDepth: 1 }),
      fc.array(tie('tree'), { maxLength: 3 }),
      fc.dictionary(key, tie('tree'), { maxKeys: 4 }),
    ),
  }));
  fc.assert(
    fc.property(tree, (value) => digest(JSON.stringify(value))),
    { numRuns: 150 },
  );
  fc.assert(fc.property(fc.string({ unit: 'binary', maxLength: 80 }), digest), { numRuns: 150 });
  const cut = fc.record({
    at: fc.nat(FULL.length),
    length: fc.nat(12),
    put: fc.constantFrom('', '\n', ': ', '- ', '{', '"', '*r', '0', '\t'),
  });
  fc.assert(
    fc.property(cut, ({ at, length, put }) => digest(FULL.slice(0, at) + put + FULL.slice(at + length))),
    { numRuns: 200 },
  );
});

test('brackets nested by the thousand are refused, not a crash', async () => {
  for (const text of ['['.repeat(20_000), '{"a":'.repeat(10_000), `a: ${'- '.repeat(10_000)}`]) {
    expect((await problemsOf(text))[0]).toMatch(/^dispatch\.yaml:1:\d+: /);
  }
});

test('an agent cannot be hidden in a prototype', async () => {
  const { settings } = await load(FULL);
  expect(Object.keys(settings.agents)).toEqual(['e']);
  expect(Object.getPrototypeOf(settings.agents)).toBe(Object.prototype);
  expect(await problemsOf('board: b\nroutes: [{ queue: A, agent: constructor }]\n')).toEqual([
    expect.stringContaining('unknown agent "constructor"'),
  ]);
});

test('every effective value is explained with its source, and no value of env is shown (R-SYS-031)', async () => {
  const loaded = await load(FULL, { env: { DISPATCH_API_PORT: '81' }, flags: { debug: true } });
  const rows = new Map(explainConfig(loaded).map(({ key, value, from }) => [key, { value, from }]));
  expect(rows.get('project')).toEqual({ value: 'shop', from: 'dispatch.yaml:1:1' });
  expect(rows.get('pools.routes')).toEqual({ value: 2, from: 'dispatch.yaml:8:10' });
  expect(rows.get('pools.dispatch')).toEqual({ value: 5, from: 'default' });
  expect(rows.get('api_port')).toEqual({ value: 81, from: 'environment variable DISPATCH_API_PORT' });
  expect(rows.get('debug')).toEqual({ value: true, from: '--debug' });
  expect(rows.get('routes[1]')).toMatchObject({ value: { queueName: 'Review' }, from: 'dispatch.yaml:7:8' });
  expect(rows.get('agents.e')).toMatchObject({ value: { env: ['K'] } });
});
