import { absolutePath } from '../absolute-path.ts';
import { nameOutOf } from '../to-settings.ts';
import { type ProducerFile, type ProducerRole, ROLE_BUDGET_KEYS, SHARED_KEYS } from './producer-file.ts';

const DEFAULTS = {
  killSwitch: 'agent-state/kill_switch',
  ledger: 'agent-state/ledger.db',
  escalations: 'agent-state/escalations',
  reports: 'agent-state',
  pollSeconds: 10,
  idlePolls: 12,
  softRatio: 0.8,
  reservationUsd: 0.1,
};

/** A producer.yaml as the dispatch.yaml that means the same; all paths absolute (R-PROD-012). */
export function mapProducer(file: ProducerFile, root: string): Readonly<Record<string, unknown>> {
  const { budget, auth } = file;
  const path = (given: string | undefined, otherwise: string) => absolutePath(given ?? otherwise, root);
  const roles = Object.entries(budget.agents ?? {});
  return {
    project: nameOutOf(file.project_name),
    project_title: file.project_name,
    project_root: root,
    board: { kind: 'ledger', path: path(file.ledger_db, DEFAULTS.ledger) },
    kill_switch: path(file.kill_switch, DEFAULTS.killSwitch),
    escalations_dir: path(file.escalations_dir, DEFAULTS.escalations),
    reports_dir: path(file.reports_dir, DEFAULTS.reports),
    poll_interval: file.poll_interval_seconds ?? DEFAULTS.pollSeconds,
    idle_threshold_polls: file.idle_threshold_polls ?? DEFAULTS.idlePolls,
    budget: mapBudget(budget),
    roles: Object.fromEntries(roles.map(([name, role]) => [name, mapRole(role, root)])),
    ...(auth ? { auth } : {}),
    ...sharedPart(file),
  };
}

/** What means the same in both files. */
export function sharedPart(file: ProducerFile): Readonly<Record<string, unknown>> {
  const { notifications } = file;
  return {
    ...Object.fromEntries(SHARED_KEYS.flatMap((key) => (file[key] === undefined ? [] : [[key, file[key]]]))),
    notifications: { subject_prefix: 'Producer', ...notifications },
  };
}

function mapBudget({ agents, ...budget }: ProducerFile['budget']): Readonly<Record<string, unknown>> {
  const caps = Object.entries(agents ?? {}).map(([name, role]) => {
    const { daily_cap_usd, dispatch_reservation_usd = DEFAULTS.reservationUsd, on_budget } = role;
    return [name, { daily_cap_usd, dispatch_reservation_usd, ...(on_budget ? { on_budget } : {}) }];
  });
  return { soft_cap_ratio: DEFAULTS.softRatio, ...budget, agents: Object.fromEntries(caps) };
}

function mapRole(role: ProducerRole, root: string): Readonly<Record<string, unknown>> {
  const own = Object.entries(role).filter(([key]) => !ROLE_BUDGET_KEYS.has(key));
  return {
    ...Object.fromEntries(own),
    ...(role.cwd ? { cwd: absolutePath(role.cwd, root) } : {}),
    ...(role.prompt ? { prompt: absolutePath(role.prompt, root) } : {}),
  };
}
