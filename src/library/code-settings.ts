import { resolve } from 'node:path';
import type { ConfigNote } from '../adapters/config/problem.ts';
import { settingsFromCode } from '../adapters/config/settings-from-code.ts';
import { AppError } from '../core/errors.ts';
import { AGENT_KINDS } from '../core/schema/config.ts';
import type { Settings } from '../core/schema/settings.ts';
import type { CodeAgents } from './code-agents.ts';
import { needsCommand } from './subprocess-agent.ts';

type Values = Readonly<Record<string, unknown>>;

/** What settings are made of: plain values under their snake_case names, agents by name. */
export interface CodeProject {
  readonly options: Values;
  readonly routes: readonly Values[];
  readonly agents: CodeAgents;
  readonly baseDir: string;
  readonly env: Readonly<Record<string, string | undefined>>;
}

/** Settings of a dispatcher; `invalid-config` lists everything that is wrong (R-ART-001, R-ART-003). */
export function settingsOf(project: CodeProject): {
  readonly settings: Settings;
  readonly notes: readonly ConfigNote[];
} {
  const { options, routes, agents, env } = project;
  const entries = agents.entries();
  const kinds = Object.values(entries).map(({ kind }) => kind);
  const named = options.agents as Values | undefined;
  try {
    const made = settingsFromCode(
      { ...options, agents: { ...named, ...entries }, routes },
      { baseDir: resolve(project.baseDir), env, agentKinds: [...AGENT_KINDS, ...kinds] },
    );
    checkCommands(project);
    return made;
  } catch (error) {
    throw withRouteNames(error, routes);
  }
}

/** Does this command name a program? What is neither text nor list is left to the checks of its type. */
export function namesProgram(command: unknown): boolean {
  if (command === undefined || command === null) return false;
  if (typeof command === 'string') return command.trim() !== '';
  return !Array.isArray(command) || (command[0] ?? '') !== '';
}

/** A subprocess adapter without a command of its own runs the route's or the dispatcher's: one must be there. */
function checkCommands({ options, routes, agents }: CodeProject): void {
  for (const route of routes) {
    const name = route.agent ?? (namesProgram(route.command) ? null : options.default_agent);
    const agent = typeof name === 'string' ? agents.find(name) : null;
    if (
      agent === null ||
      !needsCommand(agent) ||
      namesProgram(route.command) ||
      namesProgram(options.command)
    )
      continue;
    throw new AppError('invalid-config', `route "${String(route.queue_name)}" has no command`, {
      hint: 'give the route a command, or set command for all routes',
      details: { queueName: route.queue_name },
    });
  }
}

/** In code nobody counts routes: a problem names the queue instead of the place in a list. */
function withRouteNames(error: unknown, routes: readonly Values[]): unknown {
  if (!(error instanceof AppError) || error.code !== 'invalid-config') return error;
  const named = (text: string) =>
    text
      .replaceAll(
        /^routes\[(\d+)\]\.?/gm,
        (_, index: string) => `route "${routes[Number(index)]?.queue_name}": `,
      )
      .replaceAll(/^(route ".*"): : (route ".*")/gm, '$2')
      .replaceAll(/^route "[^"]*": : /gm, '');
  const problems = error.details?.problems;
  return new AppError(error.code, named(error.message), {
    ...(error.hint === undefined ? {} : { hint: error.hint }),
    details: {
      ...error.details,
      ...(Array.isArray(problems) ? { problems: problems.map((one) => named(String(one))) } : {}),
    },
    cause: error,
  });
}
