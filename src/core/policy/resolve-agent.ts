import { AppError } from '../errors.ts';
import { KINDS_WITH_PROGRAM } from '../schema/config.ts';
import type { AgentSpec, RouteConfig } from '../schema/route.ts';
import type { Settings } from '../schema/settings.ts';
import { splitCommandLine } from './command-line.ts';

/** What routes and agents inherit. */
export type RouteGlobals = Pick<Settings, 'agents' | 'defaults' | 'sharedAgents'>;

/** Names the agent that the base command makes; a colon is in no name that people give. */
export const BASE_AGENT = 'command:base';

/** The agent a route runs: its own, its own command, the default agent, the base command (R-ART-021). */
function agentNameOf(config: RouteConfig, { defaults }: RouteGlobals): string {
  if (isGiven(config.agent)) return config.agent;
  if (isGiven(config.command)) return `command:${config.queue_name}`;
  return defaults.agent ?? BASE_AGENT;
}

/**
 * The agent of a route with the route's overrides. Throws `agent-not-found` for a name nobody configured and
 * `invalid-config` when there is nothing to run (R-ART-003).
 */
export function resolveAgent(config: RouteConfig, globals: RouteGlobals): AgentSpec {
  const name = agentNameOf(config, globals);
  const base = name.startsWith('command:')
    ? implicitAgent(name, globals)
    : explicitAgent(name, config, globals);
  const own = isGiven(config.command) ? wordsOf(config.command) : base.command;
  const inherited = KINDS_WITH_PROGRAM.includes(base.kind) ? [] : globals.defaults.command;
  const command = own.length > 0 ? own : inherited;
  if (base.kind === 'command' && (command[0] ?? '') === '') throw nothingToRun(config.queue_name);
  return {
    ...base,
    command: [...command],
    promptVia: config.prompt_via ?? base.promptVia,
    cwd: config.cwd ?? base.cwd,
    env: { ...base.env, ...config.env },
    timeoutSeconds: secondsOf(config.timeout, base.timeoutSeconds),
    silenceSeconds: secondsOf(config.silence_timeout, base.silenceSeconds),
  };
}

/** Absent and null inherit, `none` is off although something could be inherited (R-ART-053). */
export function secondsOf(own: number | 'none' | null | undefined, inherited: number | null): number | null {
  if (own === 'none') return null;
  return own ?? inherited;
}

/** A command's words; text is split as a shell would, arrays stand as they are (R-ART-019). */
export function wordsOf(command: string | readonly string[]): readonly string[] {
  return typeof command === 'string' ? splitCommandLine(command) : command;
}

function implicitAgent(name: string, { defaults }: RouteGlobals): AgentSpec {
  return {
    name,
    kind: 'command',
    command: defaults.command,
    promptVia: 'argument',
    cwd: null,
    env: {},
    timeoutSeconds: defaults.timeoutSeconds,
    silenceSeconds: defaults.silenceSeconds,
    options: {},
  };
}

/** The configuration's own agent of this name, else that of agents.yaml (R-SYS-023). */
function explicitAgent(
  name: string,
  config: RouteConfig,
  { agents, sharedAgents = {} }: RouteGlobals,
): AgentSpec {
  const agent = [agents, sharedAgents].find((table) => Object.hasOwn(table, name))?.[name];
  if (agent !== undefined) return agent;
  const known = Object.keys({ ...agents, ...sharedAgents });
  throw new AppError('agent-not-found', `route "${config.queue_name}": there is no agent "${name}"`, {
    hint:
      known.length === 0 ? 'add it under agents' : `known agents: ${known.slice(0, SHOWN_MAX).join(', ')}`,
    details: { queueName: config.queue_name, agent: name },
  });
}

function nothingToRun(queueName: string): AppError {
  return new AppError('invalid-config', `route "${queueName}": there is no command to run`, {
    hint: 'give the route an agent or a command, or set a base command',
    details: { queueName },
  });
}

const isGiven = <T extends string | readonly string[]>(value: T | null | undefined): value is T =>
  value !== null && value !== undefined && value.length > 0;

const SHOWN_MAX = 10;
