import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { WireAgentEntry, WireAgentInspection } from '../../api/wire/agent-profile.ts';
import type { AgentProfile, DispatchSettings } from '../../core/schema/agent-profile.ts';
import { oneLine } from '../neutralise.ts';
import { folderState, wordsOf } from '../render/words.ts';

export const NO_AGENTS_YET = 'No agents configured. Run: agent-dispatch add <name> <directory>';

/** One agent in the list: what differs from the defaults is told (R-AD-135). */
export function agentLines(
  entry: WireAgentEntry,
  { timeoutSeconds, model, maxBudgetUsd }: AgentProfile,
  { defaultTimeoutSeconds }: DispatchSettings,
): string {
  const config = [
    ...(timeoutSeconds === null || timeoutSeconds === defaultTimeoutSeconds
      ? []
      : [`timeout=${timeoutSeconds}s`]),
    ...(model === null ? [] : [`model=${model}`]),
    ...(maxBudgetUsd === null ? [] : [`budget=$${maxBudgetUsd}`]),
  ];
  const lines = [
    `  ${entry.name} [${folderState(entry.healthy)}]`,
    `    dir:  ${oneLine(entry.directory)}`,
    `    desc: ${oneLine(entry.description)}`,
    ...(config.length === 0 ? [] : [`    config: ${config.join(', ')}`]),
    ...field('permission_mode', entry.permission_mode),
    ...field('allowed_tools', entry.allowed_tools),
    ...field('disallowed_tools', entry.disallowed_tools),
    ...field('capabilities', entry.capabilities),
    ...field('risky_capabilities', entry.risky_capabilities),
  ];
  return `${lines.join('\n')}\n`;
}

const field = (name: string, value: unknown): string[] =>
  value === undefined ? [] : [`    ${name}: ${oneLine(wordsOf(value))}`];

const PROJECT_FILES = ['CLAUDE.md', '.mcp.json', 'README.md', 'pyproject.toml', 'package.json'];
const WIDTH = 18;

/** One agent in full: what is inherited, what is empty on purpose (R-AD-136, R-ADX-024). */
export function describeLines(agent: WireAgentInspection): string {
  const { directory, max_budget_usd: budget } = agent;
  const files = PROJECT_FILES.filter((name) => existsSync(join(directory, name)));
  const pairs: readonly (readonly [string, string | undefined])[] = [
    ['directory', directory],
    ['description', agent.description],
    ['timeout', `${agent.timeout}s`],
    ['model', agent.model],
    ['max_budget_usd', budget === undefined ? undefined : `$${budget}`],
    ['permission_mode', agent.permission_mode],
    ['capabilities', agent.capabilities?.join(', ')],
    ['risky_caps', agent.risky_capabilities?.join(', ')],
    ['instructions', agent.instructions],
    ['allowed_tools', tools(agent.allowed_tools)],
    ['disallowed_tools', tools(agent.disallowed_tools)],
    ['project files', files.length === 0 ? undefined : files.join(', ')],
  ];
  const lines = pairs.flatMap(([name, value]) =>
    value === undefined || value === '' ? [] : [`  ${`${name}:`.padEnd(WIDTH)}${oneLine(value)}`],
  );
  return [`${agent.name} [${folderState(agent.healthy)}]`, ...lines].join('\n');
}

function tools(names: readonly string[] | undefined): string {
  if (names === undefined) return '(inherit defaults)';
  return names.length === 0 ? '(none — explicit override)' : names.join(', ');
}
