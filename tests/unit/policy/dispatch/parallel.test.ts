import { expect, test } from 'vitest';
import { aggregatorRequest } from '../../../../src/core/policy/dispatch/aggregate.ts';
import { parseDispatches, responseFormatOf } from '../../../../src/core/policy/dispatch/parallel-items.ts';
import { refPayload } from '../../../../src/core/policy/dispatch/ref-payload.ts';
import type { DispatchResult } from '../../../../src/core/schema/dispatch.ts';

const facts = {
  agents: new Map([
    ['infra', {}],
    ['db', {}],
  ]),
  groups: new Map([
    ['ops', { name: 'ops', description: '', sharedContext: 'EU', members: [{ agent: 'infra', useFor: '' }] }],
  ]),
  maxConcurrency: 5,
  aggregate: '',
};
const item = { agent: 'infra', task: 'Look' };

test('items come as a JSON text or as they are (R-AD-078)', () => {
  const given = [
    { ...item, group: 'ops', return_ref: true, summary_chars: '20', timeout_seconds: 5, context: null },
  ];
  const parsed = parseDispatches(JSON.stringify(given), facts);
  expect(parsed).toEqual(parseDispatches(given, facts));
  expect(parsed).toEqual([
    {
      request: {
        ...item,
        context: "Shared context (group 'ops'):\nEU",
        caller: '',
        goal: '',
        responseFormat: 'text',
        timeoutSeconds: 10,
        group: 'ops',
      },
      returnRef: true,
      summaryChars: 20,
    },
  ]);
  expect(parseDispatches([item], facts)).toMatchObject([{ returnRef: false, summaryChars: 500 }]);
});

test.each<[unknown, string | RegExp, object?]>([
  ['[{', /^Invalid JSON in dispatches: /],
  ['{}', 'dispatches must be a non-empty JSON array'],
  [[], 'dispatches must be a non-empty JSON array'],
  [[item, 'x'], 'dispatches[1] must be an object, got str'],
  [[null], 'dispatches[0] must be an object, got NoneType'],
  [[[1]], 'dispatches[0] must be an object, got list'],
  [[{ agent: 'infra' }], "dispatches[0] must have 'agent' and 'task' keys"],
  [[{ agent: 1, task: 'x' }], 'dispatches[0].agent and .task must be strings'],
  [[{ ...item, agent: 'gone' }], "Unknown agent: 'gone'. Available: infra, db"],
  [[{ ...item, timeout_seconds: 'soon' }], "dispatches[0].timeout_seconds must be a number, got 'soon'"],
  [[{ ...item, summary_chars: [1] }], 'dispatches[0].summary_chars must be a number, got [1]'],
  [
    '[{"agent": "infra", "task": "x", "timeout_seconds": 1e999}]',
    'dispatches[0].timeout_seconds must be a number, got Infinity',
  ],
  [[{ ...item, agent: 'db', group: 'ops' }], "Agent 'db' is not a member of group 'ops'. Members: infra"],
  [[{ ...item, response_format: 'yaml' }], /response_format must be "json" or empty, got 'yaml'/],
  [[item], "Unknown agent: 'sum'. Available: infra, db", { aggregate: 'sum' }],
  [
    Array(101).fill(item),
    'Too many dispatches: 101 > 100. Split into multiple calls or raise settings.max_concurrency.',
  ],
  [[item], "Unknown agent: 'infra'. Available: (none configured)", { agents: new Map() }],
])(
  '%#: a bad call is refused whole (R-AD-005, R-AD-079, R-AD-080, R-ADX-007, R-ADX-040)',
  (input, text, more = {}) => {
    expect(() => parseDispatches(input, { ...facts, ...more })).toThrow(
      expect.objectContaining({ message: typeof text === 'string' ? text : expect.stringMatching(text) }),
    );
  },
);

test('more concurrency allows more items (R-AD-080)', () => {
  expect(parseDispatches(Array(120).fill(item), { ...facts, maxConcurrency: 6 })).toHaveLength(120);
});

test('a response format is json or text (R-AD-037)', () => {
  expect(['', 'text', 'json'].map((format) => responseFormatOf(format, 'response_format'))).toEqual([
    'text',
    'text',
    'json',
  ]);
});

test('the aggregator is shown every answer with how it ended (R-AD-083, R-ADX-022)', () => {
  const results: DispatchResult[] = [
    { agent: 'infra', success: true, result: 'Fine.' },
    { agent: 'db', success: false, result: '', error: 'boom', error_type: 'timeout' },
    { agent: 'web', success: true, result: 'Half.', outcome: 'partial' },
  ];
  const long = refPayload('a'.repeat(32), { agent: 'doc', success: true, result: 'long text' }, 4);
  expect(aggregatorRequest('sum', [...results, long])).toMatchObject({
    agent: 'sum',
    caller: 'dispatch_parallel',
    goal: 'aggregate parallel dispatch results',
    context: [
      '## Agent: infra [OK]\nFine.',
      '## Agent: db [FAILED]\nboom',
      '## Agent: web [OK, agent reports PARTIAL]\nHalf.',
      '## Agent: doc [OK, shortened]\nlong',
    ].join('\n\n'),
  });
});
