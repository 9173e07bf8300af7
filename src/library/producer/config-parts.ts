import { READ_ONLY_TOOLS } from '../../core/policy/roles/names.ts';
import { type ConfigObject, configClass } from './config-class.ts';

interface RoleFields {
  name: string;
  /** Dollars per UTC day. */
  daily_cap_usd: number;
  /** The only tools it has; default Read, Glob and Grep. */
  allowed_tools: readonly string[];
  /** Dollars held for a run before it begins; default 0.10. */
  dispatch_reservation_usd: number;
  /** File with its system prompt, from the folder of the project; null = the CLI's own. */
  prompt: string | null;
  /** Default 16. */
  max_turns: number;
}

/** A role as `producer.yaml` describes it (R-PROD-012); `model`, `timeout_seconds` and the like are under `more`. */
export const RoleConfig = configClass<RoleFields>('RoleConfig', {
  ...{ name: '', daily_cap_usd: Number.NaN, allowed_tools: [...READ_ONLY_TOOLS] },
  ...{ dispatch_reservation_usd: 0.1, prompt: null, max_turns: 16 },
});
export type RoleConfig = ConfigObject<RoleFields>;

interface BudgetFields {
  /** Of all roles together per UTC day, dollars. */
  project_ceiling_usd: number;
  /** From this share of a cap on people are warned; default 0.8. */
  soft_cap_ratio: number;
}

/** What may be spent; `monthly_usd` and the like are under `more`. */
export const BudgetConfig = configClass<BudgetFields>('BudgetConfig', {
  ...{ project_ceiling_usd: Number.NaN, soft_cap_ratio: 0.8 },
});
export type BudgetConfig = ConfigObject<BudgetFields>;

interface NotificationsFields {
  /** Empty = no pushes. */
  ntfy_topic: string;
  subject_prefix: string;
  idle_wakeup_enabled: boolean;
  idle_wakeup_cooldown_seconds: number;
  idle_wakeup_max_consecutive_done: number;
}

/** How people are told; `webhook`, `quiet_hours` and the like are under `more`. */
export const NotificationsConfig = configClass<NotificationsFields>('NotificationsConfig', {
  ...{ ntfy_topic: '', subject_prefix: 'Producer', idle_wakeup_enabled: true },
  ...{ idle_wakeup_cooldown_seconds: 7200, idle_wakeup_max_consecutive_done: 2 },
});
export type NotificationsConfig = ConfigObject<NotificationsFields>;

interface AuthFields {
  /** `auto`, `isolated` or `inherit`. */
  mode: string;
}

/** What Claude Code is logged in with, and whose configuration it has (R-PROD-090, R-PROD-091). */
export const AuthConfig = configClass<AuthFields>('AuthConfig', { mode: 'auto' });
export type AuthConfig = ConfigObject<AuthFields>;
