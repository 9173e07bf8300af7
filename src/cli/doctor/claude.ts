import { type ClaudeCapabilities, MODERN, probeClaude } from '../../adapters/agents/claude/capabilities.ts';
import { findExecutable } from '../../adapters/process/find-executable.ts';
import { resolveSpec } from '../../core/policy/dispatch/resolve-spec.ts';
import type { AgentDirectory } from '../../core/ports/agent-registry.ts';
import type { AgentProfile } from '../../core/schema/agent-profile.ts';
import { KINDS_WITH_PROGRAM } from '../../core/schema/config.ts';
import type { Cli } from '../cli.ts';
import { type Finding, failed, ok, warning } from './check.ts';

const UPDATE = 'claude update';
const INSTALL = 'npm install --global @anthropic-ai/claude-code';

/** Is Claude Code there for the agents that are it, and does it know the options they need (R-AD-138, R-ADX-026)? */
export async function checkClaude(
  { agents, settings }: Pick<AgentDirectory, 'agents' | 'settings'>,
  { env, cwd }: Pick<Cli['io'], 'env' | 'cwd'>,
): Promise<readonly Finding[]> {
  const users = [...agents.values()].filter(
    // Another program may be anything, a wrapper too: it is not asked.
    ({ kind, command }) => KINDS_WITH_PROGRAM.includes(kind) && command.length === 0,
  );
  if (users.length === 0) return [];
  if (findExecutable('claude', { cwd, path: env.PATH }) === null)
    return [failed('claude', 'Claude CLI not found in PATH.', INSTALL)];
  const abilities = await probeClaude(['claude'], { cwd, env: withoutAbsent(env) });
  if (abilities === MODERN)
    return [warning('claude', 'does not answer --help, so it is not known what it can do')];
  const found = lacking(abilities, users, settings);
  const version = abilities.version ?? 'of unknown version';
  return found.length === 0 ? [ok('claude', `${version}, knows every option we need`)] : found;
}

/** What follows for whom from options that this release does not know. */
function lacking(
  { lacks }: ClaudeCapabilities,
  users: readonly AgentProfile[],
  settings: AgentDirectory['settings'],
): readonly Finding[] {
  const specs = users.map((profile) => ({ name: profile.name, ...optionsOf(profile, settings) }));
  const prompted = specs.filter(({ systemPrompt }) => systemPrompt !== null).map(({ name }) => name);
  const capped = specs.filter(({ budgetMicroUsd }) => budgetMicroUsd !== null).map(({ name }) => name);
  const findings: Finding[] = [];
  if (lacks.includes('--append-system-prompt') && prompted.length > 0) {
    const whom = settings.dispatchProtocol ? 'every agent' : list(prompted);
    const text = `protocol and instructions of ${whom} are put in front of each prompt instead`;
    findings.push(predates('--append-system-prompt', text));
  }
  if (lacks.includes('--session-id'))
    findings.push(predates('--session-id', 'a run that is cut off cannot be continued'));
  if (lacks.includes('--max-budget-usd') && capped.length > 0) {
    const text = `claude CLI predates --max-budget-usd: every dispatch to ${list(capped)} will fail`;
    findings.push(failed('claude', text, UPDATE));
  }
  return findings;
}

function optionsOf(profile: AgentProfile, settings: AgentDirectory['settings']) {
  const request = { agent: profile.name, task: '', context: '', caller: '', goal: '', group: '' };
  return resolveSpec(profile, settings, { ...request, responseFormat: 'text', timeoutSeconds: null }).options;
}

const predates = (flag: string, text: string): Finding =>
  warning('claude', `claude CLI predates ${flag}: ${text}`, UPDATE);

const list = (names: readonly string[]): string => names.join(', ');

const withoutAbsent = (env: Cli['io']['env']): Record<string, string> =>
  Object.fromEntries(
    Object.entries(env).filter((entry): entry is [string, string] => entry[1] !== undefined),
  );
