import { z } from 'zod';
import { POLL_INTERVAL_SECONDS_MAX } from '../../../core/limits.ts';
import { AuthConfig, ROLE_NAME_PATTERN, RoleConfig } from '../../../core/schema/role.ts';

const DOLLARS = 'must be a number of dollars, 0 or more';
const PATH = 'must be a path';
const Dollars = z.number(DOLLARS).min(0, DOLLARS);
const Path = z.string(PATH).min(1, PATH);
const RATIO = 'must be a number from 0 to 1';
const SECONDS = `must be a positive number of seconds (at most ${POLL_INTERVAL_SECONDS_MAX})`;
const COUNT = 'must be a whole number, 1 or more';

/** What stands beside a role's own keys under `budget.agents`. */
const ROLE_BUDGET = {
  daily_cap_usd: Dollars,
  dispatch_reservation_usd: Dollars.optional(),
  on_budget: z.enum(['wait', 'escalate'], 'must be wait or escalate').optional(),
};

/** A role as producer.yaml writes it (R-PROD-012, R-PROD-018). */
const ProducerRole = z.looseObject({ ...RoleConfig.shape, ...ROLE_BUDGET });

const Budget = z.looseObject({
  project_ceiling_usd: Dollars,
  soft_cap_ratio: z.number(RATIO).min(0, RATIO).max(1, RATIO).optional(),
  monthly_usd: Dollars.nullish(),
  total_usd: Dollars.nullish(),
  dispatch_reservation_usd: Dollars.optional(),
  dispatch_fee_usd: Dollars.optional(),
  agents: z.record(z.string().regex(ROLE_NAME_PATTERN), ProducerRole).nullish(),
});

/** `producer.yaml` as people have it (R-PROD-012). */
export const ProducerFile = z.looseObject({
  project_name: z.string('must be a text').min(1, 'must be a text that is not empty').max(200),
  project_root: Path.optional(),
  kill_switch: Path.optional(),
  ledger_db: Path.optional(),
  escalations_dir: Path.optional(),
  reports_dir: Path.optional(),
  poll_interval_seconds: z
    .number(SECONDS)
    .positive(SECONDS)
    .max(POLL_INTERVAL_SECONDS_MAX, SECONDS)
    .optional(),
  idle_threshold_polls: z.int(COUNT).min(1, COUNT).optional(),
  notifications: z.looseObject({}, 'must be a map').nullish(),
  budget: Budget,
  auth: AuthConfig.nullish(),
});
export type ProducerFile = z.infer<typeof ProducerFile>;
export type ProducerRole = z.infer<typeof ProducerRole>;

/** Keys under `budget.agents.<role>` that are about money. */
export const ROLE_BUDGET_KEYS: ReadonlySet<string> = new Set(Object.keys(ROLE_BUDGET));

/** Keys of dispatch.yaml that a producer.yaml may have, too; they mean the same. */
export const SHARED_KEYS = [
  ...['planner', 'report_every_hours', 'report_html', 'kill_switch_strict', 'breaker', 'pricing'],
  ...['questions', 'pools', 'host_slots', 'run_ceiling'],
  ...['api_host', 'api_port', 'api', 'temporal', 'hosts', 'environment_allowlist', 'debug'],
] as const;

/** What producer.yaml may say where; a key beside these is told, because nobody reads it. */
export const KNOWN_KEYS = {
  top: [...Object.keys(ProducerFile.shape), ...SHARED_KEYS],
  budget: Object.keys(Budget.shape),
  role: Object.keys(ProducerRole.shape),
  auth: Object.keys(AuthConfig.shape),
};
