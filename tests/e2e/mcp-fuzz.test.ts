import { chmodSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { aDispatchScene, type DispatchScene, told } from '../helpers/dispatch-scene.ts';
import { anMcpClient, type McpClient, type SeenTool } from '../helpers/mcp-clients.ts';
import { aProcess } from '../helpers/project-process.ts';

type Given = Readonly<Record<string, unknown>>;

/** One call with one bad argument. */
interface Bad {
  readonly tool: string;
  readonly given: Given;
  /** What is bad, for the report. */
  readonly what: string;
  /** No surface may take it for anything else than a mistake. */
  readonly isMistake: boolean;
}

const AT_ONCE = 8;
const HUGE = 'x'.repeat(5 * 1024 * 1024);
/** An error tells what is wrong; it does not say all of it back. */
const ANSWER_CHARS_MAX = 4_000;

/** Good values of what is required; their agent can never be started. */
const GOOD: Given = {
  ...{ agent: 'gone', name: 'gone', requester: 'gone', responder: 'gone', task: 'x', topic: 'x' },
  ...{ dispatches: '[{"agent":"gone","task":"x"}]', job_id: '0'.repeat(32), ref: '0'.repeat(32) },
};

const WRONG: Readonly<Record<string, readonly unknown[]>> = {
  string: [7, true, { a: 1 }, ['x']],
  number: ['NaN', 'Infinity', '1e999', 'many', '', true, { a: 1 }, [1]],
  boolean: ['maybe', 2, '', { a: 1 }, [true]],
  dispatches: [
    7,
    true,
    { a: 1 },
    '',
    'no JSON',
    '[]',
    '[1]',
    '[{"agent":"gone"}]',
    '[{"task":"x"}]',
    '{}',
    [[]],
  ],
};
const HOSTILE: Readonly<Record<string, readonly unknown[]>> = {
  string: [
    '-rf',
    '--dangerously-skip-permissions',
    'a\0b',
    '\u001b[31mred\r\n\u0007',
    '../../etc',
    '\ud800',
    '漢字🚀',
  ],
  number: [-1, 0.5, 1e308, '-1'],
  boolean: [],
};

test('no bad argument of any tool ends the server or starts anything; each is told as an error (R-AD-003, R-AD-005, R-AD-029, R-AD-033, R-AD-125, R-ADX-040)', async () => {
  const scene = await aDispatchScene();
  await told(scene, async () => {
    const worker = await aProcess(scene);
    const client = await anMcpClient('legacy', scene.place);
    await addGoneAgents(client, scene);
    const before = agentsFile(scene);
    const tools = await client.tools();
    expect(tools).toHaveLength(21);
    const bad = tools.flatMap((tool) => badCalls(tool, scene));
    console.log(`${bad.length} bad calls`);
    const wrong: string[] = [];
    while (bad.length > 0) {
      const found = await Promise.all(bad.splice(0, AT_ONCE).map((one) => problemOf(client, one)));
      wrong.push(...found.filter((text) => text !== null));
    }
    expect(wrong).toEqual([]);
    expect(scene.witness.lines()).toEqual([]);
    expect(agentsFile(scene)).toBe(before);
    expect((await client.call('list_agents')).json).toHaveLength(9);
    expect(await worker.stop()).toBe(0);
  });
}, 900_000);

/** Agents whose folders were taken away, are files now, or cannot be entered. */
async function addGoneAgents(client: McpClient, { dir }: DispatchScene): Promise<void> {
  for (const name of ['gone', 'file', 'closed']) {
    mkdirSync(join(dir, name));
    await client.call('add_agent', { name, directory: join(dir, name), description: name });
  }
  rmSync(join(dir, 'gone'), { recursive: true });
  rmSync(join(dir, 'file'), { recursive: true });
  writeFileSync(join(dir, 'file'), '');
  chmodSync(join(dir, 'closed'), 0);
}

const agentsFile = ({ dir }: DispatchScene): string =>
  readFileSync(join(dir, '.config/agent-dispatch/agents.yaml'), 'utf8');

/** Every argument of a tool with every bad value; what changes nothing by its nature is tried with mistakes alone. */
function badCalls(tool: SeenTool, { dir }: DispatchScene): readonly Bad[] {
  const { properties = {}, required = [] } = tool.inputSchema;
  const good = { ...Object.fromEntries(required.map((name) => [name, GOOD[name]])) };
  if (tool.name === 'add_agent') Object.assign(good, { name: 'another', directory: dir });
  const calls: Bad[] = [];
  const add = (name: string, value: unknown, isMistake: boolean) => {
    const shown = (JSON.stringify(value) ?? 'nothing').slice(0, 60);
    calls.push({ tool: tool.name, given: { ...good, [name]: value }, what: `${name}: ${shown}`, isMistake });
  };
  for (const [name, schema] of Object.entries(properties)) {
    const type = name === 'dispatches' ? 'dispatches' : typeOf(schema);
    for (const value of WRONG[type] ?? []) add(name, value, true);
    if (required.includes(name)) for (const value of [undefined, null, '']) add(name, value, true);
    if (type === 'string') add(name, HUGE, !FREE.has(`${tool.name}.${name}`));
    if (CHANGING.has(tool.name) && (name === 'directory' || !required.includes(name))) continue;
    for (const value of HOSTILE[type] ?? [])
      add(name, value, NAMES.has(name) && !FREE.has(`${tool.name}.${name}`));
  }
  if (properties.directory !== undefined)
    for (const value of [join(dir, 'gone'), join(dir, 'file'), join(dir, 'file', 'x'), 'gone/../gone', 'a\0'])
      add('directory', value, true);
  if (properties.agent !== undefined && required.includes('task'))
    for (const agent of ['gone', 'file', 'nobody', 'GONE', ...(isRoot ? [] : ['closed'])])
      add('agent', agent, tool.name !== 'dispatch_async');
  return calls;
}

/** No folder is closed to it. */
const isRoot = process.getuid?.() === 0;

/** Texts that a search may be as long as it likes for: nothing is found. */
const FREE = new Set(['dispatch_jobs.agent', 'fetch_result.grep']);
/** These write what they are given; an odd text is a good one to them. */
const CHANGING = new Set(['add_agent', 'update_agent']);
const NAMES = new Set([
  'agent',
  'name',
  'job_id',
  'ref',
  'session_id',
  'requester',
  'responder',
  'group',
  'directory',
]);

function typeOf(schema: unknown): string {
  const {
    type,
    anyOf,
    enum: choices,
  } = schema as { type?: string; anyOf?: { type: string }[]; enum?: unknown[] };
  const known = type ?? anyOf?.[0]?.type ?? (choices === undefined ? 'any' : 'string');
  return known === 'integer' ? 'number' : known;
}

/** What is wrong with the answer to a bad call; null = nothing. */
async function problemOf(client: McpClient, { tool, given, what, isMistake }: Bad): Promise<string | null> {
  const where = `${tool} with ${what}`;
  try {
    const { json, content, isError } = await client.call(tool, given);
    const text = content[0]?.text ?? '';
    if (isError === true || content.length !== 1) return `${where}: not an ordinary answer`;
    const error = json?.error ?? json?.[0]?.error;
    if (error !== undefined && text.length > ANSWER_CHARS_MAX) return `${where}: ${text.length} characters`;
    if (json?.error === 'internal error') return `${where}: internal error`;
    if (isMistake && (typeof error !== 'string' || error === '')) return `${where}: ${text.slice(0, 200)}`;
    return null;
  } catch (error) {
    return `${where}: ${String(error)}`;
  }
}
