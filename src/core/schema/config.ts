import { z } from 'zod';
import {
  AGENT_BUDGET_USD_MAX,
  AGENT_TIMEOUT_SECONDS_MAX,
  AGENTS_MAX,
  CONCURRENT_AGENTS_MAX,
  HEARTBEAT_SECONDS_MAX,
  POLL_INTERVAL_SECONDS_MAX,
  RETRIES_MAX,
  RETRY_BACKOFF_SECONDS_MAX,
  ROUTES_MAX,
} from '../limits.ts';
import { PEOPLE_MAX, PERSON_LENGTH_MAX } from '../policy/questions/limits.ts';
import { BoardConfig } from './board-config.ts';
import { BreakerConfig, BudgetConfig } from './money-config.ts';
import { NotificationsConfig } from './notification-settings.ts';
import { AuthConfig, ROLE_KIND, ROLE_NAME_PATTERN, ROLES_MAX, RoleConfig } from './role.ts';
import { QueueName, RouteConfig } from './route.ts';

/** A project name: it becomes part of workflow ids, Task Queue names and file names. */
export const PROJECT_NAME_PATTERN = /^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/;
/** An agent name; a colon is kept free for names we make ourselves. */
export const AGENT_NAME_PATTERN = /^[^:\p{Cc}]{1,200}$/u;
/** Name of an environment variable. */
const VARIABLE_PATTERN = /^[A-Za-z_][A-Za-z0-9_]*$/;

/** Agent kinds a file may name; a kind that gets an adapter is added here. */
export const AGENT_KINDS = ['command', 'claude-cli'] as const;
/** Kinds that know their program; they never run the base command. */
export const KINDS_WITH_PROGRAM: readonly string[] = ['claude-cli', ROLE_KIND];

/** Other names a route's fields are accepted under. */
export const ROUTE_ALIASES: Readonly<Record<string, string>> = {
  queue: 'queue_name',
  prompt: 'prompt_template',
};

const Seconds = z.number().positive().max(AGENT_TIMEOUT_SECONDS_MAX);
const Timeout = z.union([Seconds, z.literal('none')]);
const Command = z.union([z.string(), z.array(z.string())]);
const Slots = z.int().min(1).max(CONCURRENT_AGENTS_MAX);
/** A name that goes on a command line: it must not be taken for an option (R-AD-029). */
const Name = z.string().regex(/^[^-]/, 'must not be empty or start with a dash');
const Variable = z.string().regex(VARIABLE_PATTERN);

const Tools = z.array(Name);
const Labels = z.array(z.string());

/** What callers read of an agent, and what one built on a language model is held to, as in agents.yaml. */
const PROFILE_FIELDS = {
  directory: z.string().min(1).optional().describe('Another name of cwd'),
  description: z.string().optional().describe('What callers read about this agent'),
  model: Name.nullish().describe('Model; default that of the CLI'),
  permission_mode: Name.nullish().describe('How the CLI treats tools nobody allowed'),
  allowed_tools: Tools.nullish().describe('Tools it may use unasked'),
  disallowed_tools: Tools.nullish().describe('Tools it may not use'),
  max_budget_usd: z.number().min(0).max(AGENT_BUDGET_USD_MAX).nullish().describe('Dollars a run may cost'),
  instructions: z.string().optional().describe('Standing orders, told with every task'),
  capabilities: Labels.optional().describe('What it is good for, for callers to read'),
  risky_capabilities: Labels.optional().describe('What callers should think twice about'),
};

/** An agent as a file writes it; keys beyond these are options of its kind. */
export const AgentConfig = z.looseObject({
  kind: z.string().min(1).optional().describe('How the agent is run; default command'),
  command: Command.optional().describe(
    'Program and arguments; a string is split like a shell would, without a shell',
  ),
  prompt_via: z
    .enum(['argument', 'stdin'])
    .optional()
    .describe('Prompt as last argument (default) or on stdin'),
  cwd: z.string().min(1).optional().describe('Working directory; default the folder of this file'),
  env: z.record(z.string(), z.string()).optional().describe('Variables added to the inherited environment'),
  timeout: Timeout.nullish().describe('Seconds; none = no timeout'),
  silence_timeout: Timeout.nullish().describe('Seconds without output after which the run is stopped'),
  ...PROFILE_FIELDS,
});
export type AgentConfig = z.infer<typeof AgentConfig>;

/** A route as a file writes it: {@link RouteConfig} and its aliases. */
export const RouteEntry = z.looseObject({
  ...RouteConfig.shape,
  queue_name: QueueName.optional().describe('Queue whose tasks this route takes; required'),
  queue: QueueName.optional().describe('Another name of queue_name'),
  prompt: z.string().nullish().describe('Another name of prompt_template'),
});
export type RouteEntry = z.infer<typeof RouteEntry>;

const PoolsConfig = z.looseObject({
  routes: Slots.optional(),
  dispatch: Slots.optional(),
  roles: Slots.optional(),
});

const ApiConfig = z.looseObject({
  allowed_hosts: z.array(z.string().min(1)).optional().describe('Further names the Host header may carry'),
  token_env: Variable.optional().describe('Name of the environment variable that holds the bearer token'),
  require_tokens: z.boolean().optional().describe('Demand tokens on loopback too'),
});

const QuestionsConfig = z.looseObject({
  remind_after: Seconds.nullish().describe('Seconds until the next person is told; default never'),
  escalate_to: z
    .array(z.string().min(1).max(PERSON_LENGTH_MAX))
    .max(PEOPLE_MAX)
    .optional()
    .describe('Who is told, one after the other'),
  default_after: Seconds.nullish().describe(
    'Seconds until the default answer is taken, or without one the task is given up; default never',
  ),
});

const TemporalConfig = z.looseObject({
  address: z.string().min(1).nullish().describe('host:port; absent = the local server of this user'),
  namespace: z.string().min(1).optional(),
  profile: z.string().min(1).nullish().describe('Profile of temporal.toml'),
  heartbeat_interval: z
    .number()
    .min(1)
    .max(HEARTBEAT_SECONDS_MAX)
    .optional()
    .describe('Seconds between signs of life of a run; default 2, 60 saves money on Temporal Cloud'),
});

const PricingConfig = z.looseObject({
  file: z
    .string()
    .min(1)
    .optional()
    .describe('Price file of your own; default pricing.json in the user state directory'),
  source_url: z
    .url({ protocol: /^https?$/ })
    .optional()
    .describe('Where dispatch pricing update fetches prices; default the data of genai-prices'),
});

/**
 * `dispatch.yaml` as people write it (R-ART-001). Keys we do not know are kept and ignored; whoever reads the
 * file reports them as notes.
 */
export const DispatchConfig = z.looseObject({
  project: z.string().regex(PROJECT_NAME_PATTERN).optional().describe('Default: the name of the folder'),
  board: BoardConfig.optional().describe('The task board: a path, or kind and path'),
  command: Command.nullish().describe('Base command of all routes that name no agent'),
  agents: z
    .record(z.string().regex(AGENT_NAME_PATTERN), z.union([AgentConfig, Command]))
    .refine((agents) => Object.keys(agents).length <= AGENTS_MAX, `at most ${AGENTS_MAX} agents`)
    .nullish()
    .describe('Named agents; a command alone is enough'),
  routes: z.array(RouteEntry).max(ROUTES_MAX).nullish().describe('Which agent works on which queue'),
  roles: z
    .record(z.string().regex(ROLE_NAME_PATTERN), RoleConfig)
    .refine((roles) => Object.keys(roles).length <= ROLES_MAX, `at most ${ROLES_MAX} roles`)
    .nullish()
    .describe('Specialists that work on the tasks of their name: route and agent in one'),
  planner: z
    .string()
    .regex(ROLE_NAME_PATTERN)
    .nullish()
    .describe('Role that plans when nothing is left to do, instead of the role wakeup; needs a ledger'),
  auth: AuthConfig.optional().describe('What roles are logged in with'),
  poll_interval: z
    .number()
    .positive()
    .max(POLL_INTERVAL_SECONDS_MAX)
    .optional()
    .describe('Seconds; default 30'),
  agent_timeout: Timeout.nullish().describe('Seconds; default none'),
  silence_timeout: Timeout.nullish().describe('Seconds; default none'),
  run_ceiling: Seconds.optional().describe('Seconds any run may last, whatever else is set; default 604800'),
  max_concurrent_agents: Slots.optional().describe('Slots of the pool routes; default 3'),
  pools: PoolsConfig.optional().describe('Slots by pool; defaults routes 3, dispatch 5, roles 1'),
  host_slots: Slots.nullish().describe('Agents this host runs at once; default as many as the pools allow'),
  api_host: z.string().min(1).optional().describe('Default 127.0.0.1'),
  api_port: z.int().min(0).max(65_535).optional().describe('Default 8000; 0 = any free port'),
  api: ApiConfig.optional(),
  default_agent: z.string().min(1).nullish().describe('Agent of routes that name none'),
  max_retries: z.int().min(0).max(RETRIES_MAX).optional().describe('Default 0'),
  retry_backoff_seconds: z.number().min(0).max(RETRY_BACKOFF_SECONDS_MAX).optional().describe('Default 0'),
  dead_letter_queue: z
    .union([QueueName, z.literal(false)])
    .nullish()
    .describe('Where exhausted tasks go'),
  enable_queue_management: z
    .boolean()
    .optional()
    .describe('May the API change queues and routes? Default false'),
  questions: QuestionsConfig.nullish().describe('What becomes of questions that nobody answers'),
  temporal: TemporalConfig.optional(),
  hosts: z.enum(['single', 'many']).optional(),
  adopt: z.boolean().optional().describe('Take up in-progress tasks that we have no record of'),
  environment_allowlist: z.array(Variable).nullish().describe('When set, only these variables reach agents'),
  notifications: NotificationsConfig.nullish().describe('Who is told what, and how'),
  idle_threshold_polls: z
    .int()
    .min(1)
    .optional()
    .describe('Polls without anything to do before the team counts as idle; default 12'),
  report_every_hours: z
    .number()
    .min(0)
    .max(168)
    .optional()
    .describe('Hours between morning reports that are written by themselves; default 6, 0 = none'),
  report_html: z
    .boolean()
    .optional()
    .describe('Keep each morning report as an HTML page, too; default false'),
  reports_dir: z
    .string()
    .min(1)
    .optional()
    .describe('Folder of reports and needs-attention.md; default state_dir'),
  budget: BudgetConfig.nullish().describe('Caps on what agents may spend; default none'),
  breaker: BreakerConfig.optional().describe('When agents that keep failing are stopped; default with roles'),
  pricing: PricingConfig.nullish().describe('Where prices of models come from'),
  state_dir: z.string().min(1).optional().describe('Default: .dispatch beside this file'),
  project_root: z
    .string()
    .min(1)
    .optional()
    .describe('Where roles work and .env is looked for; default the folder of this file'),
  project_title: z
    .string()
    .min(1)
    .max(200)
    .optional()
    .describe('Name for people; default that of the project'),
  kill_switch: z
    .string()
    .min(1)
    .optional()
    .describe('The brake file; default kill_switch in the state directory'),
  kill_switch_strict: z
    .boolean()
    .optional()
    .describe('Only commands and the API release the brake: what its file says then counts for nothing'),
  escalations_dir: z.string().min(1).optional().describe('Default: escalations in the state directory'),
  debug: z.boolean().optional(),
});
export type DispatchConfig = z.infer<typeof DispatchConfig>;
