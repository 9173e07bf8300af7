import {
  AGENT_BUDGET_USD_MAX,
  AGENT_TIMEOUT_SECONDS_MAX,
  CONCURRENT_AGENTS_MAX,
  HEARTBEAT_SECONDS_MAX,
  POLL_INTERVAL_SECONDS_MAX,
  QUEUE_NAME_LENGTH_MAX,
  RETRIES_MAX,
  RETRY_BACKOFF_SECONDS_MAX,
} from '../../core/limits.ts';
import { BREAKER_FAILURES_MAX, BREAKER_SECONDS_MAX, BUDGET_AGENTS_MAX } from '../../core/money-limits.ts';
import { NOTICE_KINDS } from '../../core/schema/notice.ts';
import { AUTH_MODES, ROLE_TURNS_MAX } from '../../core/schema/role.ts';

const TIMEOUT = `must be a positive number of seconds (at most ${AGENT_TIMEOUT_SECONDS_MAX}) or "none"`;
const COMMAND = 'must be a command line, or a list of a program and its arguments';
const PROGRAM = 'must be a list: a program and its arguments';
const SLOTS = `must be a whole number from 1 to ${CONCURRENT_AGENTS_MAX}`;
const TEXT = 'must be a text that is not empty';
const YES_OR_NO = 'must be true or false';
const QUEUE = `must be a queue name of 1 to ${QUEUE_NAME_LENGTH_MAX} characters`;
const DOLLARS = `must be a number of dollars from 0 to ${AGENT_BUDGET_USD_MAX}`;
const BREAKER_SECONDS = `must be a positive number of seconds (at most ${BREAKER_SECONDS_MAX})`;
const TOOLS = 'must be a list of names of tools';
const VARIABLE = 'must be the name of an environment variable';

const WEB_URL = 'must be an http or https address';
const CLOCK_TIME = 'must be a time such as "22:00", in quotes';

/** What a value must be, by the key it stands under; the same word everywhere that key is used, or by whole path. */
const EXPECTATIONS: Readonly<Record<string, string>> = {
  project: 'must be 1 to 64 letters, digits, ".", "_" or "-", beginning with a letter or digit',
  board: 'must be a path, or kind (json or memory) and path',
  command: COMMAND,
  agents: 'must be a map of agent names to agents',
  routes: 'must be a list of routes',
  poll_interval: `must be a positive number of seconds (at most ${POLL_INTERVAL_SECONDS_MAX})`,
  agent_timeout: TIMEOUT,
  timeout: TIMEOUT,
  silence_timeout: TIMEOUT,
  run_ceiling: `must be a positive number of seconds (at most ${AGENT_TIMEOUT_SECONDS_MAX})`,
  max_concurrent_agents: SLOTS,
  host_slots: SLOTS,
  dispatch: SLOTS,
  'pools.roles': SLOTS,
  api_host: TEXT,
  api_port: 'must be a port number from 0 (any free port) to 65535',
  default_agent: 'must be the name of an agent',
  agent: 'must be the name of an agent',
  max_retries: `must be a whole number from 0 to ${RETRIES_MAX}`,
  retry_backoff_seconds: `must be a number of seconds from 0 to ${RETRY_BACKOFF_SECONDS_MAX}`,
  dead_letter_queue: `${QUEUE}, or "none"`,
  enable_queue_management: YES_OR_NO,
  adopt: YES_OR_NO,
  debug: YES_OR_NO,
  require_tokens: YES_OR_NO,
  heartbeat_interval: `must be a number of seconds from 1 to ${HEARTBEAT_SECONDS_MAX}`,
  budget: 'must be a map',
  breaker: 'must be a map',
  project_ceiling_usd: DOLLARS,
  monthly_usd: DOLLARS,
  total_usd: DOLLARS,
  daily_cap_usd: DOLLARS,
  dispatch_reservation_usd: DOLLARS,
  dispatch_fee_usd: DOLLARS,
  soft_cap_ratio: 'must be a number from 0 to 1',
  on_budget: 'must be wait or escalate',
  enabled: YES_OR_NO,
  failures: `must be a whole number from 1 to ${BREAKER_FAILURES_MAX}`,
  window_seconds: BREAKER_SECONDS,
  cooldown_seconds: BREAKER_SECONDS,
  global_agents: `must be a whole number from 0 to ${BUDGET_AGENTS_MAX}`,
  source_url: 'must be an http or https URL',
  file: TEXT,
  hosts: 'must be single or many',
  roles: 'must be a map of role names to roles',
  planner: 'must be the name of a role',
  auth: 'must be a map',
  allowed_tools: TOOLS,
  disallowed_tools: TOOLS,
  max_turns: `must be a whole number from 1 to ${ROLE_TURNS_MAX}`,
  timeout_seconds: TIMEOUT,
  concurrency: SLOTS,
  expects: 'must be text, files or ledger',
  project_root: TEXT,
  project_title: TEXT,
  kill_switch: TEXT,
  kill_switch_strict: YES_OR_NO,
  escalations_dir: TEXT,
  'board.kind': 'must be json, ledger or memory',
  on_dependency_failed: 'must be wait, escalate or kill',
  kind: TEXT,
  path: TEXT,
  id_style: 'must be number or ulid',
  queue_name: QUEUE,
  queue: QUEUE,
  in_progress_queue: QUEUE,
  completed_queue: QUEUE,
  args: 'must be a list of texts',
  prompt_template: 'must be a text',
  prompt: 'must be a text',
  prompt_via: 'must be argument or stdin',
  cwd: TEXT,
  env: 'must be a map of variable names to texts (quote numbers and true/false)',
  priority: 'must be a whole number; lower runs first',
  non_retryable_exit_codes: 'must be a list of whole numbers',
  on_external_move: 'must be keep or cancel',
  assignee: 'must be a text',
  allowed_hosts: 'must be a list of host names',
  token_env: `${VARIABLE} that holds the token (never the token itself)`,
  environment_allowlist: `must be a list of names of environment variables`,
  address: 'must be host:port',
  namespace: TEXT,
  profile: TEXT,
  state_dir: TEXT,
  reports_dir: TEXT,
  report_every_hours: 'must be a number of hours from 0 to 168; 0 = none',
  report_html: YES_OR_NO,
  idle_threshold_polls: 'must be a whole number of 1 or more',
  subject_prefix: TEXT,
  ntfy_topic: 'must be a text of at most 200 characters',
  ntfy_url: WEB_URL,
  ntfy_token_env: `${VARIABLE} that holds the token (never the token itself)`,
  secret_env: `${VARIABLE} that holds the secret (never the secret itself)`,
  'notifications.webhook.url': WEB_URL,
  'notifications.kinds': `must be false, true or a priority for each of ${NOTICE_KINDS.join(', ')}`,
  'notifications.email.to': 'must be a mail address such as ops@example.org, or a list of them',
  'notifications.email.from': 'must be a mail address such as ops@example.org',
  'notifications.email.command': PROGRAM,
  desktop: PROGRAM,
  idle_wakeup_enabled: YES_OR_NO,
  idle_wakeup_cooldown_seconds: 'must be a number of seconds',
  idle_wakeup_max_consecutive_done: 'must be a whole number of 1 or more',
  max_per_hour: 'must be a whole number from 1 to 1000',
  'notifications.quiet_hours.from': CLOCK_TIME,
  'notifications.quiet_hours.to': CLOCK_TIME,
};

/** The words a key takes, for suggestions. */
const CHOICES: Readonly<Record<string, readonly string[]>> = {
  hosts: ['single', 'many'],
  mode: AUTH_MODES,
  expects: ['text', 'files', 'ledger'],
  id_style: ['number', 'ulid'],
  prompt_via: ['argument', 'stdin'],
  on_external_move: ['keep', 'cancel'],
  on_budget: ['wait', 'escalate'],
  timeout: ['none'],
  agent_timeout: ['none'],
  silence_timeout: ['none'],
};

/** What the value at this key must be, or undefined when the schema's own words must do. */
export function expectation(key: string): string | undefined {
  return Object.hasOwn(EXPECTATIONS, key) ? EXPECTATIONS[key] : undefined;
}

/** Words allowed under this key. */
export function choices(key: string): readonly string[] {
  return Object.hasOwn(CHOICES, key) ? (CHOICES[key] ?? []) : [];
}
