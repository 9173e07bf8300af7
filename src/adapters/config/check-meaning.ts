import { messageOf } from '../../core/errors.ts';
import { splitCommandLine } from '../../core/policy/command-line.ts';
import { unknownPlaceholders } from '../../core/policy/prompt.ts';
import { roleAgent } from '../../core/policy/roles/names.ts';
import { AGENT_KINDS, type DispatchConfig, type RouteEntry } from '../../core/schema/config.ts';
import type { Merged } from './merge-layers.ts';
import type { Path, Problem } from './problem.ts';
import type { SharedAgents } from './shared-agents.ts';
import { nearest } from './suggest.ts';

type Report = (path: Path, message: string, suggestion?: string) => void;
type Command = string | readonly string[] | null | undefined;

/** What the checks need to know beside the configuration. */
export interface MeaningOptions {
  /** Routes whose prompt and agent come from code; they may lack what a file must have. */
  readonly agentKinds?: readonly string[];
  /** agents.yaml, whose agents routes may name (R-SYS-023). */
  readonly shared?: SharedAgents;
}

function checkCommand(command: Command, path: Path, report: Report): void {
  try {
    const words = typeof command === 'string' ? splitCommandLine(command) : (command ?? []);
    if (words.some((word) => word.includes('\0'))) report(path, 'must not contain a NUL character');
  } catch (error) {
    report(path, messageOf(error).replace(/^command: /, ''));
  }
}

/** Does this command name a program? */
export function isCommand(command: Command): boolean {
  if (command === null || command === undefined) return false;
  return typeof command === 'string' ? command.trim() !== '' : (command[0] ?? '').trim() !== '';
}

function checkAgents(values: DispatchConfig, kinds: readonly string[], report: Report): void {
  for (const [name, agent] of Object.entries(values.agents ?? {})) {
    const path = ['agents', name];
    if (typeof agent === 'string' || Array.isArray(agent)) {
      checkCommand(agent, path, report);
      if (!isCommand(agent)) report(path, 'has no command');
      continue;
    }
    const kind = agent.kind ?? 'command';
    if (!kinds.includes(kind)) {
      report([...path, 'kind'], `must be one of ${kinds.join(', ')}`, nearest(kind, kinds));
    }
    checkCommand(agent.command, [...path, 'command'], report);
    if (agent.cwd !== undefined && agent.directory !== undefined)
      report([...path, 'directory'], 'is another name of cwd, which is given too: keep one of them');
    if (kind === 'command' && !isCommand(agent.command) && !isCommand(values.command)) {
      report([...path, 'command'], 'is missing: say which program to run');
    }
  }
}

/** The agents there are, and why those of agents.yaml may not be among them. */
interface Known {
  readonly known: readonly string[];
  readonly problem: string | null;
}

interface Context {
  readonly values: DispatchConfig;
  readonly known: Known;
}

function knownAgents(values: DispatchConfig, shared?: SharedAgents): Known {
  const others = (shared?.content?.agents ?? []).map(({ name }) => name);
  return {
    known: [
      ...new Set([
        ...Object.keys(values.agents ?? {}),
        ...others,
        ...Object.keys(values.roles ?? {}).map(roleAgent),
      ]),
    ],
    problem: shared?.problem ?? null,
  };
}

/** Can this route run something? (R-ART-003) */
function hasCommand(route: RouteEntry, values: DispatchConfig): boolean {
  if (isCommand(route.command)) return true;
  const name = route.agent ?? values.default_agent;
  // An agent's own command was looked at with the agents.
  return name !== null && name !== undefined ? true : isCommand(values.command);
}

/** A name must be that of an agent; says which there are, and why some may be missing. */
function checkAgentName(
  name: string | null | undefined,
  path: Path,
  { known, problem }: Known,
  report: Report,
) {
  if (name === null || name === undefined || known.includes(name)) return;
  const names = known.length === 0 ? 'there are no agents' : `known: ${known.slice(0, 10).join(', ')}`;
  const text = problem === null ? names : `${names}; ${problem}`;
  report(path, `unknown agent "${name}" (${text})`, nearest(name, known));
}

function checkRoute(route: RouteEntry, path: Path, { values, known }: Context, report: Report): void {
  const name = route.queue_name ?? route.queue ?? '';
  checkAgentName(route.agent, [...path, 'agent'], known, report);
  checkCommand(route.command, [...path, 'command'], report);
  if (!hasCommand(route, values)) {
    report(
      path,
      `route "${name}" has no command: give it a command or an agent, or set command for all routes`,
    );
  }
  const template = route.prompt_template ?? route.prompt;
  const key =
    route.prompt_template === undefined || route.prompt_template === null ? 'prompt' : 'prompt_template';
  for (const word of template === null || template === undefined ? [] : unknownPlaceholders(template)) {
    const plain = word.replaceAll(/[{}]/g, '');
    const meant = nearest(plain, ['task_id', 'task_name', 'task_url']);
    report([...path, key], `unknown placeholder {${plain}}`, meant === undefined ? undefined : `{${meant}}`);
  }
}

function checkRoutes(context: Context, report: Report): void {
  const seen = new Map<string, number>();
  for (const [index, route] of (context.values.routes ?? []).entries()) {
    const path = ['routes', index];
    const name = route.queue_name ?? route.queue ?? '';
    const first = seen.get(name);
    if (first === undefined) seen.set(name, index);
    else report([...path, 'queue_name'], `queue "${name}" already has a route: routes[${first}]`);
    checkRoute(route, path, context, report);
  }
}

/** Everything one key alone cannot show: names that must exist, commands that must be there (R-ART-003, R-ART-022). */
export function checkMeaning({ values, originOf }: Merged, options: MeaningOptions = {}): readonly Problem[] {
  const problems: Problem[] = [];
  const report: Report = (path, message, suggestion) => {
    problems.push({
      origin: originOf(path),
      path,
      message,
      ...(suggestion === undefined ? {} : { suggestion }),
    });
  };
  checkCommand(values.command, ['command'], report);
  checkAgents(values, options.agentKinds ?? AGENT_KINDS, report);
  const known = knownAgents(values, options.shared);
  checkRoutes({ values, known }, report);
  checkAgentName(values.default_agent, ['default_agent'], known, report);
  return problems;
}
