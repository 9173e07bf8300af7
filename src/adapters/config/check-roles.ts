import { realpathSync, statSync } from 'node:fs';
import { isAbsolute, relative } from 'node:path';
import { AGENT_KINDS, type DispatchConfig } from '../../core/schema/config.ts';
import { ROLE_KIND, type RoleConfig } from '../../core/schema/role.ts';
import { absolutePath } from './absolute-path.ts';
import { isCommand } from './check-meaning.ts';
import type { Merged } from './merge-layers.ts';
import type { Path, Problem } from './problem.ts';
import { nearest } from './suggest.ts';

/** Where roles' files must be, and which kinds of agent there are beside those of files. */
export interface RoleChecks {
  readonly root: string;
  readonly agentKinds?: readonly string[];
}

/**
 * What is wrong with roles beyond the shape of single keys: a prompt that is not there or not in the project, found at
 * the start and not after a task was claimed (R-PROD-016).
 */
export function checkRoles({ values, originOf }: Merged, checks: RoleChecks): readonly Problem[] {
  const problems = [...plannerProblems(values, originOf)];
  for (const [name, role] of Object.entries(values.roles ?? {})) {
    const report = (key: string, message: string, suggestion?: string) => {
      const path: Path = key === '' ? ['roles', name] : ['roles', name, key];
      const origin = originOf(path);
      problems.push({ origin, path, message, ...(suggestion === undefined ? {} : { suggestion }) });
    };
    const prompt = promptProblem(name, role, checks.root);
    if (prompt !== null) report('prompt', prompt);
    const taken = queueTaken(name, values);
    if (taken !== null) report('', taken);
    const kinds = [ROLE_KIND, ...(checks.agentKinds ?? AGENT_KINDS)];
    const kind = role.kind ?? ROLE_KIND;
    if (!kinds.includes(kind)) report('kind', `must be one of ${kinds.join(', ')}`, nearest(kind, kinds));
    if (kind === 'command' && !isCommand(role.command))
      report('command', 'is missing: say which program to run');
  }
  return problems;
}

function* plannerProblems(
  { planner, roles, board }: DispatchConfig,
  originOf: Merged['originOf'],
): Generator<Problem> {
  if (!planner) return;
  const path = ['planner'];
  const known = Object.keys(roles ?? {});
  const suggestion = nearest(planner, known);
  const problem = (message: string) => ({ origin: originOf(path), path, message });
  if (!known.includes(planner))
    yield {
      ...problem(`there is no role "${planner}"`),
      ...(suggestion === undefined ? {} : { suggestion }),
    };
  if (typeof board !== 'object' || board.kind !== 'ledger')
    yield problem('needs a board of kind ledger: only a ledger knows who filed what');
}

function queueTaken(name: string, { routes }: DispatchConfig): string | null {
  const index = (routes ?? []).findIndex((route) => (route.queue_name ?? route.queue) === name);
  return index < 0 ? null : `queue "${name}" already has a route: routes[${index}]`;
}

function promptProblem(name: string, { prompt, kind }: RoleConfig, root: string): string | null {
  if (!prompt || (kind ?? ROLE_KIND) !== ROLE_KIND) return null;
  const path = absolutePath(prompt, root);
  if (!isWithin(path, root)) return `system prompt of role "${name}" must be within ${root}: ${prompt}`;
  const stat = statSync(path, { throwIfNoEntry: false });
  if (stat === undefined) return `system prompt of role "${name}" is missing: ${path}`;
  if (!stat.isFile()) return `system prompt of role "${name}" is not a file: ${path}`;
  // A link may lead anywhere.
  const real = realpathSync(path);
  return isWithin(real, realpathSync(root))
    ? null
    : `system prompt of role "${name}" leads out of ${root}: ${real}`;
}

function isWithin(path: string, folder: string): boolean {
  const way = relative(folder, path);
  return way !== '' && way !== '..' && !way.startsWith('../') && !isAbsolute(way);
}
