import fc from 'fast-check';
import { expect, test } from 'vitest';
import { z } from 'zod';
import type { McpBinding } from '../../../src/api/mcp/binding.ts';
import { callTool } from '../../../src/api/mcp/call-tool.ts';
import type { CallGround } from '../../../src/api/mcp/session.ts';
import { describeTool, type ToolOperation } from '../../../src/api/mcp/tools.ts';
import { type CallContext, defineOperation } from '../../../src/api/operation.ts';
import { AppError } from '../../../src/core/errors.ts';

const INPUT = z.object({
  agent: z.string().min(1).describe('Who'),
  timeout_seconds: z.number().default(0).describe('How long'),
  return_ref: z.boolean().default(false),
  labels: z.array(z.string()).optional(),
  mode: z.enum(['a', 'b']).optional(),
  items: z.union([z.string(), z.array(z.object({}))]).optional(),
});

function aTool(run: (context: CallContext, input: unknown) => unknown, mcp: Partial<McpBinding> = {}) {
  return defineOperation({
    ...{ name: 'probe', summary: 'Probe', input: INPUT, output: z.unknown() },
    mcp: { tool: 'probe', ...mcp },
    run: async (context, input) => run(context, input),
  }) as unknown as ToolOperation;
}

/** All that a call needs of a context whose operation reads nothing. */
const contextWith = (warning: string | null) =>
  ({ agents: { read: async () => ({ warning }) } }) as unknown as CallGround['context'];

const logged: string[] = [];
const at = (_facts: object, message: string) => void logged.push(message);

async function call(operation: ToolOperation, given: unknown, ground: Partial<CallGround> = {}) {
  const identity = { actor: 'ann', boundTaskId: null, callingRun: null };
  const news: string[] = [];
  const { signal } = new AbortController();
  const result = await callTool(
    operation,
    { given, progress: (text) => void news.push(text), signal },
    {
      viewer: { taskTools: false, bound: false },
      version: '1',
      log: { debug: at, info: at, warn: at, error: at },
      ground: async () => ({ context: contextWith(null), identity, ...ground }),
    },
  );
  const [block] = result.content;
  const text = block?.type === 'text' ? block.text : '';
  return { result, text, json: JSON.parse(text), news };
}

const echo = aTool((_context, input) => input);

test('text is read as the number, flag or list that is wanted; null counts as left out', async () => {
  const given = { agent: 'infra', timeout_seconds: ' 90 ', return_ref: 'True', labels: '["x"]', mode: null };
  expect((await call(echo, given)).json).toEqual({
    ...{ agent: 'infra', timeout_seconds: 90, return_ref: true, labels: ['x'] },
  });
  expect((await call(echo, { agent: 'a', items: '[{}]' })).json.items).toBe('[{}]');
  expect((await call(echo, { agent: 'a', items: [{}] })).json.items).toEqual([{}]);
});

test.each([
  [{}, 'agent: is required'],
  [{ agent: 7 }, 'agent: '],
  [{ agent: 'a', timeout_seconds: 'soon' }, 'timeout_seconds: '],
  [{ agent: 'a', return_ref: 'maybe' }, 'return_ref: '],
  [{ agent: 'a', labels: 'x' }, 'labels: '],
  [{ agent: 'a', mode: 'c' }, 'mode: '],
  [undefined, 'agent: is required'],
  [[1], 'agent: is required'],
])('%j is an answer that names the argument and the fix', async (given, start) => {
  const { result, json } = await call(echo, given);
  expect(result.isError).toBeUndefined();
  expect(json.error.startsWith(start)).toBe(true);
  expect(json.hint).toBe(
    'probe takes agent: string (required), timeout_seconds: number, return_ref: boolean, labels: array, mode: string, items: string or array',
  );
});

test('whatever is given, one text block with JSON comes back (R-AD-003)', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.oneof(
        fc.jsonValue(),
        fc.record(
          Object.fromEntries(
            Object.keys(INPUT.shape).map((name) => [name, fc.oneof(fc.jsonValue(), fc.string())]),
          ),
          { requiredKeys: [] },
        ),
      ),
      async (given) => {
        const { result, json } = await call(echo, given);
        expect(result.content).toHaveLength(1);
        expect(typeof (json.error ?? json.agent)).toBe('string');
      },
    ),
    { numRuns: 500 },
  );
});

test('other scripts stay raw, halves of pairs are escaped (R-ADX-018)', async () => {
  const { text } = await call(
    aTool(() => ({ result: 'ä漢🚀 \ud800' })),
    { agent: 'a' },
  );
  expect(text).toBe('{"result":"ä漢🚀 \\ud800"}');
});

test('an error has its hint, a fault of ours says no more than that', async () => {
  const known = aTool(() => {
    throw new AppError('brake-armed', 'Kill switch armed: too expensive', { hint: 'dispatch resume' });
  });
  expect((await call(known, { agent: 'a' })).json).toEqual({
    error: 'Kill switch armed: too expensive',
    hint: 'dispatch resume',
  });
  const bug = aTool(() => {
    throw new TypeError('secret');
  });
  expect((await call(bug, { agent: 'a' })).text).not.toContain('secret');
  expect(logged).toContain('tool call failed');
});

test('parameters of their own, another answer, news and the caller get through', async () => {
  const seen: Partial<CallContext>[] = [];
  const tool = aTool(
    (context, input) => {
      seen.push(context);
      context.progress?.('half way');
      return { said: (input as { agent: string }).agent, secret: 1 };
    },
    {
      input: z.object({ name: z.string(), preview_lines: z.int().default(40).describe('How many lines') }),
      toInput: ({ name }) => ({ agent: name }),
      render: (answer, { preview_lines }) => ({ said: (answer as { said: string }).said, preview_lines }),
      annotations: { readOnlyHint: true },
    },
  );
  const { json, news } = await call(tool, { name: 'infra', preview_lines: '3' });
  expect(json).toEqual({ said: 'infra', preview_lines: 3 });
  expect(news).toEqual(['half way']);
  expect(seen[0]?.caller).toEqual({ channel: 'mcp', actor: 'ann' });
  expect(seen[0]?.signal).toBeInstanceOf(AbortSignal);
  expect(describeTool(tool)).toEqual({
    name: 'probe',
    description: 'Probe.',
    annotations: { readOnlyHint: true },
    _meta: { 'anthropic/alwaysLoad': true },
    inputSchema: {
      type: 'object',
      properties: {
        name: { type: 'string' },
        preview_lines: expect.objectContaining({
          type: 'integer',
          default: 40,
          description: 'How many lines',
        }),
      },
      required: ['name'],
    },
  });
});

test('a file that was not taken is told in every answer that has room for it (R-AD-007)', async () => {
  const warning = 'agents.yaml: line 3: must be a list';
  const told = { warning };
  expect(
    (
      await call(
        aTool(() => ({ size: 1 })),
        { agent: 'a' },
        told,
      )
    ).json,
  ).toEqual({ size: 1, config_warning: warning });
  expect(
    (
      await call(
        aTool(() => [1]),
        { agent: 'a' },
        told,
      )
    ).json,
  ).toEqual([1]);
  const context = contextWith(warning);
  expect(
    (
      await call(
        aTool(() => ({})),
        { agent: 'a' },
        { context },
      )
    ).json,
  ).toEqual({ config_warning: warning });
});
