import {
  AGENT_KINDS,
  AgentConfig,
  DispatchConfig,
  ROUTE_ALIASES,
  RouteEntry,
} from '../../core/schema/config.ts';
import { AgentBudgetConfig } from '../../core/schema/money-config.ts';
import { AuthConfig, RoleConfig } from '../../core/schema/role.ts';
import type { Locate } from './check-shape.ts';
import { type ConfigNote, formatOrigin, formatPath, type Path, type Problem } from './problem.ts';
import { nearest } from './suggest.ts';

const { api, breaker, budget, notifications, pools, pricing, questions, temporal } = DispatchConfig.shape;
const KEYS = {
  top: Object.keys(DispatchConfig.shape),
  route: Object.keys(RouteEntry.shape),
  agent: Object.keys(AgentConfig.shape),
  role: Object.keys(RoleConfig.shape),
  auth: Object.keys(AuthConfig.shape),
  board: ['kind', 'path', 'id_style'],
  api: Object.keys(api.unwrap().shape),
  budget: Object.keys(budget.unwrap().unwrap().shape),
  breaker: Object.keys(breaker.unwrap().shape),
  agentBudget: Object.keys(AgentBudgetConfig.shape),
  pools: Object.keys(pools.unwrap().shape),
  questions: Object.keys(questions.unwrap().unwrap().shape),
  temporal: Object.keys(temporal.unwrap().shape),
  pricing: Object.keys(pricing.unwrap().unwrap().shape),
  notifications: Object.keys(notifications.unwrap().unwrap().shape),
};
/** Keys that editors and people put there for themselves. */
const SILENT = new Set(['$schema', 'version']);

type Bag = Readonly<Record<string, unknown>>;
const isBag = (value: unknown): value is Bag =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** Notes about keys nobody reads: never an error (R-ART-079), but a typing slip must be visible. */
export function unknownKeys(source: unknown, locate: Locate): readonly ConfigNote[] {
  const notes: ConfigNote[] = [];
  const look = (value: unknown, path: Path, known: readonly string[]): void => {
    if (!isBag(value)) return;
    for (const key of Object.keys(value)) {
      if (known.includes(key) || (path.length === 0 && (SILENT.has(key) || key.startsWith('x-')))) continue;
      const here = [...path, key];
      const meant = nearest(key, known);
      notes.push({
        // A near miss is most likely a mistake that changes what runs; anything else is somebody else's key.
        level: meant === undefined ? 'debug' : 'warning',
        text: `${formatOrigin(locate(here))}: ${formatPath(here)}: unknown key, ignored${
          meant === undefined ? '' : ` (did you mean ${meant}?)`
        }`,
      });
    }
  };
  look(source, [], KEYS.top);
  if (!isBag(source)) return notes;
  for (const group of [
    'api',
    'pools',
    'temporal',
    'pricing',
    'budget',
    'breaker',
    'notifications',
    'questions',
    'auth',
    'board',
  ] as const)
    look(source[group], [group], KEYS[group]);
  if (Array.isArray(source.routes)) {
    source.routes.forEach((route, index) => {
      look(route, ['routes', index], KEYS.route);
    });
  }
  if (isBag(source.budget) && isBag(source.budget.agents)) {
    for (const [name, agent] of Object.entries(source.budget.agents))
      look(agent, ['budget', 'agents', name], KEYS.agentBudget);
  }
  if (isBag(source.roles)) {
    for (const [name, role] of Object.entries(source.roles)) look(role, ['roles', name], KEYS.role);
  }
  if (isBag(source.agents)) {
    for (const [name, agent] of Object.entries(source.agents)) {
      const kind = isBag(agent) ? (agent.kind ?? 'command') : null;
      // Kinds of code check their own options.
      if (AGENT_KINDS.some((own) => own === kind)) look(agent, ['agents', name], KEYS.agent);
    }
  }
  return notes;
}

/** Fields given twice under two names, and routes without a queue. */
export function checkAliases(source: unknown, locate: Locate): readonly Problem[] {
  if (!isBag(source) || !Array.isArray(source.routes)) return [];
  const problems: Problem[] = [];
  source.routes.forEach((route: unknown, index) => {
    if (!isBag(route)) return;
    const path = ['routes', index];
    for (const [alias, name] of Object.entries(ROUTE_ALIASES)) {
      if (route[alias] === undefined || route[name] === undefined) continue;
      const message = `is another name of ${name}, which is given too: keep one of them`;
      problems.push({ origin: locate([...path, alias]), path: [...path, alias], message });
    }
    if (route.queue_name === undefined && route.queue === undefined) {
      problems.push({ origin: locate(path), path: [...path, 'queue_name'], message: 'is missing' });
    }
  });
  return problems;
}
