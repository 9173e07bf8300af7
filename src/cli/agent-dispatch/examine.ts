import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { createAgentRegistry } from '../../adapters/agents-file/agent-registry.ts';
import { agentsFilePlace } from '../../adapters/agents-file/agents-file-path.ts';
import { createAgentScan } from '../../adapters/agents-file/scan/agent-scan.ts';
import { findExecutable } from '../../adapters/process/find-executable.ts';
import { messageOf } from '../../core/errors.ts';
import type { AgentDirectory } from '../../core/ports/agent-registry.ts';
import type { AgentGroup, AgentProfile } from '../../core/schema/agent-profile.ts';
import type { Finding } from '../doctor/check.ts';
import { checkClaude } from '../doctor/claude.ts';
import { checkRegistration, checkServers } from '../doctor/mcp.ts';
import type { CliIo } from '../io.ts';

/** One line of the report (R-ADX-036). */
export interface Check {
  readonly section: string;
  readonly status: 'ok' | 'warn' | 'fail';
  readonly message: string;
  /** What mends it, or more about it. */
  readonly details: readonly string[];
}

type Place = Pick<CliIo, 'env' | 'cwd'>;

/** Everything that agents of agents.yaml need, by section; never throws for what it finds. */
export async function examineAgents({ env, cwd }: Place): Promise<readonly Check[]> {
  const place = { env, cwd };
  const { path } = agentsFilePlace(env);
  const read = await readDirectory(place);
  const directory = typeof read === 'string' ? null : read;
  return [
    ...(await environment(place, directory)),
    ...config(path, read),
    ...asChecks('MCP registration', [await checkRegistration(place, 'Run: agent-dispatch init')]),
    ...(await agents(directory)),
    ...groups(directory),
    ...asChecks('Running servers', await checkServers(env, Date.now())),
  ];
}

const STATUS = { ok: 'ok', warning: 'warn', failed: 'fail' } as const;

function asChecks(section: string, findings: readonly Finding[]): Check[] {
  return findings.map(({ state, text, fix }) => ({
    ...{ section, status: STATUS[state], message: text },
    details: fix === undefined ? [] : fix.split('\n'),
  }));
}

const check = (section: string, status: Check['status'], message: string, ...details: string[]): Check => ({
  ...{ section, status, message, details },
});

/** The agents of the file alone; a text says why they cannot be read. */
async function readDirectory({ env, cwd }: Place): Promise<AgentDirectory | string> {
  const agentsFile = agentsFilePlace(env);
  const settings = () => ({ agents: {}, baseDir: cwd });
  try {
    return await createAgentRegistry({ agentsFile, settings }).read();
  } catch (error) {
    return messageOf(error);
  }
}

async function environment(place: Place, directory: AgentDirectory | null): Promise<Check[]> {
  const where = { cwd: place.cwd, path: place.env.PATH };
  const claude = findExecutable('claude', where);
  const own = findExecutable('agent-dispatch', where);
  const section = 'Environment';
  // Whether it is there is told by the first line.
  const able = claude === null || directory === null ? [] : await checkClaude(directory, place);
  return [
    claude === null
      ? check(
          section,
          'fail',
          'claude CLI not found on PATH',
          'Install: npm install --global @anthropic-ai/claude-code',
        )
      : check(section, 'ok', `claude CLI: ${claude}`),
    ...asChecks(section, able),
    own === null
      ? check(section, 'warn', 'agent-dispatch not on PATH (the MCP server works by its absolute path)')
      : check(section, 'ok', `agent-dispatch CLI: ${own}`),
  ];
}

function config(path: string, read: AgentDirectory | string): Check[] {
  const section = 'Config';
  if (typeof read === 'string') {
    const [first = '', ...rest] = read.split('\n');
    return [check(section, 'fail', first, ...rest)];
  }
  if (!existsSync(path))
    return [check(section, 'warn', `Config not found: ${path}`, 'Run: agent-dispatch init')];
  const { size } = read.agents;
  const found = check(section, 'ok', `Config: ${path} (${size} ${size === 1 ? 'agent' : 'agents'})`);
  return read.warning === null ? [found] : [found, check(section, 'warn', read.warning)];
}

const SKIPPED = 'Skipped (config could not be loaded)';

async function agents(directory: AgentDirectory | null): Promise<Check[]> {
  const section = 'Agents';
  if (directory === null) return [check(section, 'warn', SKIPPED)];
  if (directory.agents.size === 0)
    return [check(section, 'warn', 'No agents configured. Add one: agent-dispatch add <name> <directory>')];
  return Promise.all([...directory.agents.values()].map(agent));
}

async function agent({ name, directory }: AgentProfile): Promise<Check> {
  const { healthy } = await createAgentScan().look(directory);
  if (healthy === false) return check('Agents', 'fail', `${name}: directory missing - ${directory}`);
  if (healthy !== true) return check('Agents', 'fail', `${name}: directory unreadable - ${directory}`);
  const files = ['CLAUDE.md', '.mcp.json'].filter((file) => existsSync(join(directory, file)));
  return check('Agents', 'ok', `${name}: ${directory}${files.length === 0 ? '' : ` [${files.join(', ')}]`}`);
}

function groups(directory: AgentDirectory | null): Check[] {
  const section = 'Groups';
  if (directory === null) return [check(section, 'warn', SKIPPED)];
  if (directory.groups.size === 0) return [check(section, 'ok', 'No groups configured')];
  return [...directory.groups.values()].map((one) => group(one, directory));
}

function group({ name, members }: AgentGroup, { agents: known }: AgentDirectory): Check {
  const mend = `agent-dispatch group update ${name} --member <agent>`;
  if (members.length === 0) return check('Groups', 'warn', `${name}: no members configured`, mend);
  const unknown = members.map((member) => member.agent).filter((one) => !known.has(one));
  if (unknown.length > 0)
    return check('Groups', 'fail', `${name}: unknown member(s): ${unknown.join(', ')}`, mend);
  return check('Groups', 'ok', `${name}: ${members.length} ${members.length === 1 ? 'member' : 'members'}`);
}
