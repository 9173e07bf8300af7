import { z } from 'zod';
import { NotificationSettings } from './notification-settings.ts';
import { QuestionSettings } from './question.ts';
import { AuthSettings, RoleSettings } from './role.ts';
import { AgentSpec, Route, RouteConfig } from './route.ts';

/** Which board a project works on; `custom` = an adapter object handed over in code. */
export const BoardSettings = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('json'), path: z.string(), idStyle: z.enum(['number', 'ulid']) }),
  z.strictObject({
    kind: z.literal('ledger'),
    path: z.string(),
    /** What becomes of a task when one that it depends on cannot be done any more. */
    onDependencyFailed: z.enum(['wait', 'escalate', 'kill']),
  }),
  z.strictObject({ kind: z.literal('memory') }),
  z.strictObject({ kind: z.literal('custom') }),
]);
export type BoardSettings = z.infer<typeof BoardSettings>;

const MicroUsd = z.int().min(0);

/** Caps on what agents may spend, integer micro-dollars; null = no cap (R-PROD-047). */
export const BudgetSettings = z.strictObject({
  /** Of all agents together, per UTC day. */
  dailyMicroUsd: MicroUsd.nullable(),
  monthlyMicroUsd: MicroUsd.nullable(),
  totalMicroUsd: MicroUsd.nullable(),
  /** From this share of a cap on people are warned (R-PROD-051). */
  softRatio: z.number().min(0).max(1),
  /** Held for a run of an agent that nothing better is known of. */
  defaultReservationMicroUsd: MicroUsd,
  /** Booked for each task of a role that starts; absent = nothing (R-PROD-014). */
  dispatchFeeMicroUsd: MicroUsd.optional(),
  agents: z.record(
    z.string(),
    z.strictObject({
      /** 0 = the agent is disabled. */
      dailyMicroUsd: MicroUsd.nullable(),
      /** Null = learned from what it cost before. */
      reservationMicroUsd: MicroUsd.nullable(),
      onBudget: z.enum(['wait', 'escalate']),
    }),
  ),
});
export type BudgetSettings = z.infer<typeof BudgetSettings>;

/** When an agent that keeps failing is stopped, and when all of them are (R-PROD-063). */
export const BreakerSettings = z.strictObject({
  enabled: z.boolean(),
  /** So many failures of one agent within the window open its breaker. */
  failures: z.int().min(1),
  windowSeconds: z.number().positive(),
  /** Then one run tries again; doubled with each failed try. */
  cooldownSeconds: z.number().positive(),
  /** So many agents tripped within the window arm the kill switch; 0 = never. */
  globalAgents: z.int().min(0),
});
export type BreakerSettings = z.infer<typeof BreakerSettings>;

/** The whole configuration with every default filled in; all paths absolute. What the rest of the product reads. */
export const Settings = z.strictObject({
  project: z.string(),
  /** Folder of the configuration file; relative paths and agents' default cwd start here. */
  baseDir: z.string(),
  /** State directory, 0700. */
  stateDir: z.string(),
  board: BoardSettings,
  /** Where roles work; absent = `baseDir`. */
  projectRoot: z.string().optional(),
  /** Name for people; absent = `project`. */
  projectTitle: z.string().optional(),
  /** The brake's human interface; absent = `kill_switch` in the state directory. */
  brakeFile: z.string().optional(),
  /** The brake file is not followed (R-PROD-065). */
  brakeStrict: z.boolean().optional(),
  escalationsDir: z.string().optional(),
  /** By name as they are named by people; their agents stand in `agents` as `role:<name>` (R-SYS-023). */
  roles: z.record(z.string(), RoleSettings).optional(),
  /** The role that plans when the team is idle; null and absent = none (R-PROD-046). */
  planner: z.string().nullable().optional(),
  auth: AuthSettings.optional(),
  agents: z.record(z.string(), AgentSpec),
  /** Agents of agents.yaml; routes may name those that `agents` does not (R-SYS-023). */
  sharedAgents: z.record(z.string(), AgentSpec).optional(),
  /** Routes of the file or the code, in registration order; API changes overlay them. */
  routes: z.array(Route),
  /** The same routes as they were written, one for each; absent = each field counts as written. */
  routeConfigs: z.array(RouteConfig).optional(),
  /** Globals that routes made later inherit (R-ART-069). */
  defaults: z.strictObject({
    command: z.array(z.string()),
    agent: z.string().nullable(),
    pollIntervalSeconds: z.number(),
    timeoutSeconds: z.number().nullable(),
    silenceSeconds: z.number().nullable(),
    maxRetries: z.int(),
    retryBackoffSeconds: z.number(),
    deadLetterQueue: z.string().nullable(),
  }),
  /** Null or absent = no budget: costs are recorded, nothing waits for money. */
  budget: BudgetSettings.nullable().optional(),
  breaker: BreakerSettings.optional(),
  /** Absent = questions wait until somebody answers them. */
  questions: QuestionSettings.optional(),
  /** Slots by pool: `routes` (3), `dispatch` (5), `roles` (1). */
  pools: z.record(z.string(), z.int().min(1)),
  /** Agents this host runs at once; null = as many as the pools allow. */
  hostSlots: z.int().min(1).nullable(),
  /** Longest run when no timeout is set (R-ART-005). */
  runSecondsMax: z.number(),
  api: z.strictObject({
    host: z.string(),
    port: z.int(),
    enableQueueManagement: z.boolean(),
    /** Extra host names the Host header may carry. */
    allowedHosts: z.array(z.string()),
    /** Name of the environment variable with the bearer token; required beyond loopback. */
    tokenEnv: z.string(),
    /** Demand tokens on loopback too and give each agent run its own (R-SYS-029). */
    requireTokens: z.boolean(),
  }),
  temporal: z.strictObject({
    /** host:port of a server; null = the local dev server of this user. */
    address: z.string().nullable(),
    namespace: z.string(),
    profile: z.string().nullable(),
    /** Between two signs of life of a run, as sent to the server; absent = HEARTBEAT_THROTTLE_MS. */
    heartbeatSeconds: z.number().optional(),
  }),
  notifications: NotificationSettings,
  /** Folder of reports and of needs-attention.md. */
  reportsDir: z.string(),
  /** Between reports written by themselves; 0 = none. */
  reportHours: z.number(),
  /** Each report is kept as a page, too. */
  reportHtml: z.boolean(),
  /** Single host keeps runs through short outages; many hosts give lost ones away sooner. */
  hosts: z.enum(['single', 'many']),
  /** Sets the silence after which a run counts as lost, whatever `hosts` says; over 6 s, else every run is fenced. */
  heartbeatTimeoutMs: z.int().min(7_000).optional(),
  /** The user's price file and where it is brought up to date from; null and absent = the defaults (R-PROD-058). */
  pricing: z.strictObject({ file: z.string().nullable(), sourceUrl: z.string().nullable() }).optional(),
  /** Take up in-progress tasks that carry no record of ours (R-ART-061). */
  adopt: z.boolean(),
  /** When set, only these variables of our environment reach agents. */
  environmentAllowlist: z.array(z.string()).nullable(),
  debug: z.boolean(),
});
export type Settings = z.infer<typeof Settings>;
