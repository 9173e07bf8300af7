import { expect, test } from 'vitest';
import { instructionsFor } from '../../../src/api/mcp/instructions.ts';
import { describeTool, toolsFor } from '../../../src/api/mcp/tools.ts';

const CALL = { agent: undefined, task: undefined, context: '', caller: '', goal: '', response_format: '' };
const TIMED = { ...CALL, timeout_seconds: 0 };
const LIMITS = {
  timeout: 0,
  max_budget_usd: 0,
  permission_mode: '',
  allowed_tools: '',
  disallowed_tools: '',
};

/** Tools and parameters that must be as they are (3.1); undefined = required, else the default. */
const WIRE: Readonly<Record<string, Readonly<Record<string, unknown>>>> = {
  list_agents: {},
  inspect_agent: { name: undefined, preview_lines: 40 },
  dispatch: { ...TIMED, return_ref: false, summary_chars: 500, group: '' },
  dispatch_session: { ...TIMED, session_id: '' },
  dispatch_parallel: { dispatches: undefined, aggregate: '' },
  dispatch_stream: TIMED,
  dispatch_dialogue: { requester: undefined, responder: undefined, topic: undefined, max_rounds: 3 },
  add_agent: { name: undefined, directory: undefined, description: '', ...LIMITS, instructions: '' },
  update_agent: { name: undefined, description: '', model: '', ...LIMITS, instructions: '' },
  remove_agent: { name: undefined },
  dispatch_async: TIMED,
  dispatch_status: { job_id: undefined },
  dispatch_wait: { job_id: undefined, timeout_seconds: 60 },
  dispatch_cancel: { job_id: undefined },
  dispatch_jobs: { status: '', limit: 50, agent: '' },
  dispatch_gc: { max_age_days: 7, dry_run: false },
  fetch_result: { ref: undefined, max_chars: 0 },
  cache_stats: {},
  cache_clear: {},
  list_groups: {},
  inspect_group: { name: undefined },
};

const TASK_TOOLS = [
  'status',
  'get_task',
  'add_comment',
  'move_task',
  'create_task',
  'list_tasks',
  'why_task',
  'file_task',
  'record_decision',
  'record_asset',
  ...(['ask_question', 'answer_question', 'list_questions'] as const),
  ...(['kill_task', 'requeue_task', 'reroute_task'] as const),
];

const listed = (viewer: { taskTools: boolean; bound: boolean }) =>
  [...toolsFor(viewer).values()].map(describeTool);

test('the tools are exactly the 21, and those for tasks where they are wanted (R-AD-002, R-ADX-006)', () => {
  const names = listed({ taskTools: false, bound: false }).map(({ name }) => name);
  expect(names.toSorted()).toEqual(Object.keys(WIRE).toSorted());
  const all = listed({ taskTools: true, bound: false }).map(({ name }) => name);
  expect(all.toSorted()).toEqual([...Object.keys(WIRE), ...TASK_TOOLS].toSorted());
  expect(new Set(all).size).toBe(all.length);
});

test('an agent with a token sees only what it may do (R-SYS-029)', () => {
  const names = listed({ taskTools: true, bound: true }).map(({ name }) => name);
  expect(names).toEqual(
    expect.arrayContaining(['get_task', 'add_comment', 'move_task', 'create_task', 'why_task']),
  );
  for (const name of ['list_tasks', 'status', 'add_agent', 'dispatch_gc']) expect(names).not.toContain(name);
});

test.each(Object.entries(WIRE))('%s has its parameters with their types and defaults', (name, parameters) => {
  const tool = listed({ taskTools: false, bound: false }).find((one) => one.name === name);
  const properties = (tool?.inputSchema.properties ?? {}) as Record<
    string,
    { type?: string; anyOf?: { type: string }[] }
  >;
  const required = tool?.inputSchema.required ?? [];
  for (const [parameter, fallback] of Object.entries(parameters)) {
    const schema = properties[parameter];
    expect(schema, parameter).toBeDefined();
    expect(required.includes(parameter), `${parameter} is required`).toBe(fallback === undefined);
    if (fallback !== undefined) expect(schema, parameter).toMatchObject({ default: fallback });
    const types = [schema?.type, ...(schema?.anyOf ?? []).map(({ type }) => type)];
    const wanted =
      typeof fallback === 'number'
        ? ['number', 'integer']
        : [fallback === undefined ? 'string' : typeof fallback];
    expect(
      types.some((type) => type !== undefined && wanted.includes(type)),
      `${parameter}: ${types}`,
    ).toBe(true);
  }
  // What we add must not be asked of those who do not know it.
  for (const parameter of required) expect(Object.keys(parameters)).toContain(parameter);
});

test('every tool tells a model what it does and what each parameter is', () => {
  for (const tool of listed({ taskTools: true, bound: false })) {
    expect(tool.description?.length, tool.name).toBeGreaterThan(10);
    expect(tool._meta).toEqual({ 'anthropic/alwaysLoad': true });
    for (const [name, schema] of Object.entries(tool.inputSchema.properties ?? {})) {
      expect((schema as { description?: string }).description, `${tool.name}.${name}`).toBeTruthy();
    }
  }
});

test('the instructions name only tools that are there (R-AD-006)', () => {
  const names = listed({ taskTools: true, bound: false }).map(({ name }) => name);
  const text = instructionsFor(true);
  const mentioned = [...text.matchAll(/\b[a-z]+(?:_[a-z]+)+\b/g)].map(([word]) => word);
  const words = new Set([
    'job_id',
    'return_ref',
    'session_id',
    'timeout_seconds',
    'error_type',
    'denied_tools',
    'allowed_tools',
    'permission_mode',
  ]);
  expect(mentioned.filter((word) => !names.includes(word) && !words.has(word))).toEqual([]);
});
