import { oneLine } from '../neutralise.ts';
import type { Output } from '../output.ts';
import { renderPairs } from './table.ts';
import { coloured } from './words.ts';

type Out = Pick<Output, 'style'>;
type Fields = Readonly<Record<string, unknown>>;
type Pair = readonly [string, string];

const HEALTH: Readonly<Record<string, string>> = { true: 'OK', false: 'NOT FOUND' };

/** `OK`, `NOT FOUND` or `UNREADABLE` (R-AD-135). */
function health({ healthy }: Fields, { style }: Out): string {
  const word = HEALTH[String(healthy)] ?? 'UNREADABLE';
  return `[${word === 'OK' ? style.good(word) : style.bad(word)}]`;
}

const text = (value: unknown): string => oneLine(String(value));
const list = (value: unknown): string =>
  Array.isArray(value) && value.length > 0 ? value.map(text).join(', ') : '(none)';
const indented = (lines: string): string => lines.replaceAll(/^/gm, '  ');
const title = (fields: Fields, out: Out): string =>
  `${out.style.bold(text(fields.name))} ${health(fields, out)}`;

/** What lists and pages of agents say alike; what is inherited is not said. */
function pairsOf(agent: Fields): Pair[] {
  const rows: readonly (readonly [string, unknown])[] = [
    ['directory', agent.directory],
    ['description', agent.description === '' ? undefined : agent.description],
    ['permission mode', agent.permission_mode],
    ['allowed tools', agent.allowed_tools],
    ['disallowed tools', agent.disallowed_tools],
    ['capabilities', agent.capabilities],
    ['risky capabilities', agent.risky_capabilities],
    ['MCP servers', agent.mcp_servers],
    ['stacks', agent.stacks],
    ['databases', agent.dbs],
  ];
  return rows
    .filter(([, value]) => value !== undefined)
    .map(([name, value]) => [name, Array.isArray(value) ? list(value) : text(value)]);
}

/** The agents that work can be handed to. */
export function renderAgents(agents: readonly Fields[], out: Out): string {
  if (agents.length === 0) return 'No agents yet. Add one: dispatch agent add <name> <directory>';
  return agents
    .map((agent) => `${title(agent, out)}\n${indented(renderPairs(pairsOf(agent), out))}`)
    .join('\n\n');
}

const TOOLS_INHERITED = '(inherit defaults)';
const TOOLS_NONE = '(none — explicit override)';
const PROJECT_FILES = [
  ['CLAUDE.md', 'has_claude_md'],
  ['.mcp.json', 'has_mcp_config'],
  ['README.md', 'has_readme'],
] as const;

/** One agent in full (R-AD-136). */
export function renderAgent(agent: Fields, out: Out): string {
  const tools = (value: unknown): string =>
    value === undefined ? TOOLS_INHERITED : list(value) === '(none)' ? TOOLS_NONE : list(value);
  const files = PROJECT_FILES.filter(([, key]) => agent[key] === true).map(([name]) => name);
  const special: readonly Pair[] = [
    ['timeout', `${text(agent.timeout)} s`],
    ['model', agent.model === undefined ? '(default)' : text(agent.model)],
    ['budget', agent.max_budget_usd === undefined ? '(default)' : `$${text(agent.max_budget_usd)}`],
    ['permission mode', agent.permission_mode === undefined ? '(default)' : text(agent.permission_mode)],
    ['allowed tools', tools(agent.allowed_tools)],
    ['disallowed tools', tools(agent.disallowed_tools)],
    ['project files', list(files)],
    ...(agent.instructions === undefined ? [] : [['instructions', text(agent.instructions)] as const]),
    ...(agent.scan_error === undefined ? [] : [['scan error', text(agent.scan_error)] as const]),
  ];
  const named = new Set(special.map(([name]) => name));
  const common = pairsOf(agent).filter(([name]) => !named.has(name));
  return `${title(agent, out)}\n${renderPairs([...common.slice(0, 2), ...special, ...common.slice(2)], out)}`;
}

/** What became of a change, with what is worth a warning. */
export function renderAgentChange(answer: Fields, out: Out): string {
  const { added, updated, removed, fields, directory, description, warning } = answer;
  const lines = [
    ...(added === undefined ? [] : [`Added agent '${text(added)}' -> ${text(directory)}`]),
    ...(description === undefined || description === '' ? [] : [`Description: ${text(description)}`]),
    ...(updated === undefined ? [] : [`Updated agent '${text(updated)}': ${list(fields)}`]),
    ...(removed === undefined ? [] : [`Removed agent '${text(removed)}'.`]),
    ...(warning === undefined ? [] : [`${coloured('warning:', out.style)} ${text(warning)}`]),
  ];
  return lines.join('\n');
}
