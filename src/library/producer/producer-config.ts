import { resolve } from 'node:path';
import { problemOf } from '../../adapters/config/check-shape.ts';
import { configError } from '../../adapters/config/problem.ts';
import { mapProducer } from '../../adapters/config/producer/map-producer.ts';
import { ProducerFile } from '../../adapters/config/producer/producer-file.ts';
import { type CamelNamed, withCamelNames } from '../ledger/camel-names.ts';
import { snakeOptions } from '../spelling.ts';
import { withCamelFields } from './config-class.ts';
import { AuthConfig, BudgetConfig, NotificationsConfig, RoleConfig } from './config-parts.ts';

type Values = Readonly<Record<string, unknown>>;

/** Fields of a {@link ProducerConfig}, in either spelling; parts may be plain objects with the same fields. */
export type ProducerConfigFields = Readonly<Record<string, unknown>>;

class SnakeProducerConfig {
  project_name: string;
  project_root: string;
  kill_switch: string;
  poll_interval_seconds: number;
  idle_threshold_polls: number;
  notifications: NotificationsConfig;
  budget: BudgetConfig;
  /** By name. */
  roles: Record<string, RoleConfig>;
  ledger_db: string;
  escalations_dir: string;
  reports_dir: string;
  auth: AuthConfig;
  /** What ai-producer does not have, under the keys of `producer.yaml`. */
  more: Values;

  /** `project_name`, `budget.project_ceiling_usd` and `daily_cap_usd` of each role are required. */
  constructor(fields: ProducerConfigFields) {
    const { roles = {}, budget, notifications, auth, more = {}, ...plain } = snakeOptions(WHAT, fields);
    this.roles = Object.fromEntries(
      Object.entries(roles as Values).map(([name, role]) => [name, part(RoleConfig, role, { name })]),
    );
    this.budget = part(BudgetConfig, budget);
    this.notifications = part(NotificationsConfig, notifications);
    this.auth = part(AuthConfig, auth);
    const root = resolve(String(plain.project_root ?? '.'));
    const given = { ...(more as Values), ...plain, project_root: root };
    const mapped = mapProducer(checkedFile(fileOf({ ...this, given })), root);
    this.project_name = String(mapped.project_title);
    this.project_root = root;
    this.kill_switch = String(mapped.kill_switch);
    this.poll_interval_seconds = Number(mapped.poll_interval);
    this.idle_threshold_polls = Number(mapped.idle_threshold_polls);
    this.ledger_db = (mapped.board as { readonly path: string }).path;
    this.escalations_dir = String(mapped.escalations_dir);
    this.reports_dir = String(mapped.reports_dir);
    this.more = Object.fromEntries(Object.entries(given).filter(([name]) => !FIELDS.has(name)));
    withCamelFields(this);
  }

  /** As {@link BudgetTracker} takes them. */
  role_caps_dict(): Record<string, { daily_cap_usd: number }> {
    return Object.fromEntries(
      Object.entries(this.roles).map(([name, { daily_cap_usd }]) => [name, { daily_cap_usd }]),
    );
  }
}

const WHAT = 'ProducerConfig';

/** Fields that stand in a `producer.yaml` as they are. */
const PLAIN = [
  ...(['project_name', 'project_root', 'kill_switch', 'ledger_db', 'escalations_dir'] as const),
  ...(['reports_dir', 'poll_interval_seconds', 'idle_threshold_polls'] as const),
];
const FIELDS: ReadonlySet<string> = new Set(PLAIN);

type Parts = Pick<SnakeProducerConfig, 'roles' | 'budget' | 'notifications' | 'auth'>;

/** The `producer.yaml` that says the same as this configuration says now. */
export function producerFileOf(config: Omit<SnakeProducerConfig, 'role_caps_dict'>): ProducerFile {
  const plain = Object.fromEntries(PLAIN.map((name) => [name, config[name]]));
  return checkedFile(fileOf({ ...config, given: { ...config.more, ...plain } }));
}

function fileOf({ roles, budget, notifications, auth, given }: Parts & { readonly given: Values }): Values {
  const agents = Object.entries(roles).map(([name, { name: _, ...role }]) => [name, flat(role)]);
  return {
    ...given,
    notifications: flat(notifications),
    budget: { ...flat(budget), agents: Object.fromEntries(agents) },
    auth: flat(auth),
  };
}

/** One level, as a file has it. */
const flat = ({ more, ...fields }: { readonly more: Values }): Values => ({ ...fields, ...more });

function part<Made>(made: new (fields: never) => Made, value: unknown, named: Values = {}): Made {
  if (value instanceof made) return value;
  return new made({ ...((value ?? {}) as Values), ...named } as never);
}

function checkedFile(file: Values): ProducerFile {
  const { data, error } = ProducerFile.safeParse(file);
  if (data !== undefined) return data;
  throw configError(error.issues.map((issue) => problemOf(issue, file, () => ({ kind: 'code' }))));
}

/** A whole configuration as ai-producer's scripts have it; all paths absolute, fields may be written (R-PROD-095). */
export const ProducerConfig: new (fields: ProducerConfigFields) => CamelNamed<SnakeProducerConfig> =
  withCamelNames(SnakeProducerConfig);
export type ProducerConfig = CamelNamed<SnakeProducerConfig>;
