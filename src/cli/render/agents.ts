import { oneLine } from '../neutralise.ts';
import type { Output } from '../output.ts';
import { renderPairs } from './table.ts';
import { coloured, folderState, wordsOf } from './words.ts';

type Out = Pick<Output, 'style'>;
type Fields = Readonly<Record<string, unknown>>;
type Pair = readonly [string, string];

const text = (value: unknown): string => oneLine(String(value));
const list = (value: unknown): string => oneLine(wordsOf(value));

const PROJECT_FILES = [
  ['CLAUDE.md', 'has_claude_md'],
  ['.mcp.json', 'has_mcp_config'],
  ['README.md', 'has_readme'],
] as const;

/** One agent in full: what is inherited, what is empty on purpose, what lies in its folder (R-AD-136). */
export function renderAgent(agent: Fields, out: Out): string {
  const files = PROJECT_FILES.filter(([, key]) => agent[key] === true).map(([name]) => name);
  const pairs: readonly Pair[] = [
    ['directory', text(agent.directory)],
    ['description', agent.description === '' ? '-' : text(agent.description)],
    ['timeout', `${text(agent.timeout)} s`],
    ['model', inherited(agent.model)],
    ['budget', agent.max_budget_usd === undefined ? '(default)' : `$${text(agent.max_budget_usd)}`],
    ['permission mode', inherited(agent.permission_mode)],
    ['allowed tools', tools(agent.allowed_tools)],
    ['disallowed tools', tools(agent.disallowed_tools)],
    ['project files', list(files)],
    ...optional('capabilities', agent.capabilities),
    ...optional('risky capabilities', agent.risky_capabilities),
    ...optional('instructions', agent.instructions),
    ...optional('MCP servers', agent.mcp_servers),
    ...optional('stacks', agent.stacks),
    ...optional('databases', agent.dbs),
    ...optional('scan error', agent.scan_error),
  ];
  const state = coloured(folderState(agent.healthy), out.style);
  return `${out.style.bold(text(agent.name))} [${state}]\n${renderPairs(pairs, out)}`;
}

const inherited = (value: unknown): string => (value === undefined ? '(default)' : text(value));

function tools(value: unknown): string {
  if (value === undefined) return '(inherit defaults)';
  return Array.isArray(value) && value.length === 0 ? '(none — explicit override)' : list(value);
}

function optional(name: string, value: unknown): Pair[] {
  const isEmpty = value === undefined || (Array.isArray(value) && value.length === 0);
  return isEmpty ? [] : [[name, list(value)]];
}

/** What became of a change, with what is worth a warning. */
export function renderAgentChange(answer: Fields, out: Out): string {
  const { added, updated, removed, fields, directory, description, warning } = answer;
  const lines = [
    ...(added === undefined ? [] : [`Added agent '${text(added)}' -> ${text(directory)}`]),
    ...(description === undefined || description === '' ? [] : [`Description: ${text(description)}`]),
    ...(updated === undefined ? [] : [`Updated agent '${text(updated)}': ${list(fields)}`]),
    ...(removed === undefined ? [] : [`Removed agent '${text(removed)}'.`]),
    ...(warning === undefined ? [] : [`${out.style.caution('warning:')} ${text(warning)}`]),
  ];
  return lines.join('\n');
}
