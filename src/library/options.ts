import type { Log } from '../core/ports/log.ts';
import type { Task } from '../core/schema/task.ts';
import type { QueueBackend } from './backend.ts';
import type { CodeAgent } from './code-agent.ts';

type CamelCase<Name extends string> = Name extends `${infer Head}_${infer Tail}`
  ? `${Head}${Capitalize<CamelCase<Tail>>}`
  : Name;

/** Every option under its snake_case and its camelCase name. */
type BothSpellings<Options> = Options & {
  readonly [Name in keyof Options as CamelCase<Name & string>]?: Options[Name];
};

/** Where Temporal is; nothing given = TEMPORAL_* variables, else a server on this machine that is started for you. */
export interface TemporalOptions {
  /** `host:port`. */
  readonly address?: string | null;
  /** Default `default`. */
  readonly namespace?: string;
  /** Profile of `temporal.toml`. */
  readonly profile?: string | null;
}

/** A named command agent, as under `agents` in `dispatch.yaml`. */
export interface NamedAgent {
  readonly command?: string | readonly string[];
  readonly prompt_via?: 'argument' | 'stdin';
  readonly cwd?: string;
  readonly env?: Readonly<Record<string, string>>;
  /** Seconds. */
  readonly timeout?: number | 'none' | null;
  /** Seconds without output after which it is stopped. */
  readonly silence_timeout?: number | 'none' | null;
}

interface SnakeOptions {
  /** Base command of all routes without an agent of their own, split like a shell would; no shell runs it (R-ART-002, 019). */
  readonly command?: string | readonly string[];
  /** Seconds between polls, default 30; changes a board can tell of are noticed at once (R-ART-004). */
  readonly poll_interval?: number;
  /** Seconds an agent may run; null = no limit, the default (R-ART-005). */
  readonly agent_timeout?: number | 'none' | null;
  /** Agent runs alive at once over all routes, default 3 (R-ART-006). */
  readonly max_concurrent_agents?: number;
  /** Default 127.0.0.1 (R-ART-007). */
  readonly api_host?: string;
  /** Default 8000; 0 = any free port (R-ART-007). */
  readonly api_port?: number;
  /** The task board; required before `run()` (R-ART-008, 009, 112). */
  readonly queue_backend?: QueueBackend | null;
  /** Agent of routes that name none: an adapter, or a name of `agents` (R-ART-011). */
  readonly default_agent?: CodeAgent | string | null;
  /** Retries after a failure or a timeout, default 0 (R-ART-012). */
  readonly max_retries?: number;
  /** Where a task goes when its retries are used up (R-ART-012). */
  readonly dead_letter_queue?: string | null;
  /** May the HTTP API change queues and routes? Default false (R-ART-012, R-ART-110). */
  readonly enable_queue_management?: boolean;
  /** Names everything of this dispatcher; default: the name of the base folder. */
  readonly project?: string;
  /** Default `.dispatch` in the base folder. */
  readonly state_dir?: string;
  /** Relative paths and agents' working directories start here; default: the working directory. */
  readonly base_dir?: string;
  readonly temporal?: TemporalOptions;
  /** Named command agents; routes refer to them by name. */
  readonly agents?: Readonly<Record<string, string | readonly string[] | NamedAgent>>;
  /** Seconds without output after which a command is stopped. */
  readonly silence_timeout?: number | 'none' | null;
  /** Seconds any run may last, whatever else is set; default 604800. */
  readonly run_ceiling?: number;
  /** Seconds before a retry, default 0. */
  readonly retry_backoff_seconds?: number;
  /** Agents this machine runs at once; default: as many as there are slots. */
  readonly host_slots?: number | null;
  readonly api?: {
    readonly allowed_hosts?: readonly string[];
    readonly token_env?: string;
    readonly require_tokens?: boolean;
  };
  readonly hosts?: 'single' | 'many';
  /** Take up in-progress tasks that nobody has a record of (R-ART-061). */
  readonly adopt?: boolean;
  /** When set, only these variables reach agents. */
  readonly environment_allowlist?: readonly string[] | null;
  /** Log at level debug from the start (R-ART-119). */
  readonly debug?: boolean;
  /** Takes the log lines; default: JSON lines on stderr. */
  readonly log?: Log;
  /** The environment to work with; default: that of this process, read when it starts (R-ART-010). */
  readonly env?: Readonly<Record<string, string | undefined>>;
}

/** Options of `new AgentDispatcher(…)`: snake_case as in the replaced tool, camelCase as well (R-ART-001). */
export type DispatcherOptions = BothSpellings<SnakeOptions>;

interface SnakeRouteOptions {
  /** The queue whose tasks it takes. */
  readonly queue_name?: string;
  /** Where a task is while its agent works, default `In Progress`. */
  readonly in_progress_queue?: string | null;
  /** Arguments between the command and the prompt (R-ART-018). */
  readonly args?: readonly string[] | null;
  /** A command of its own instead of the base command. */
  readonly command?: string | readonly string[] | null;
  /** Seconds; absent = `agent_timeout`, `'none'` = no limit although there is a global one (R-ART-053). */
  readonly timeout?: number | 'none' | null;
  /** Seconds. */
  readonly poll_interval?: number | null;
  /** Lower is served first; without one: by order of registration (R-ART-038). */
  readonly priority?: number | null;
  readonly max_retries?: number | null;
  /** Null falls through to the global one; `'none'` or false switches it off (R-ART-070). */
  readonly dead_letter_queue?: string | false | null;
  /** An adapter, or a name of `agents`; wins over `default_agent` (R-ART-021). */
  readonly agent?: CodeAgent | string | null;
  /** Instead of a function: a text with `{task_id}`, `{task_name}`, `{task_url}` (R-ART-024). */
  readonly prompt_template?: string | null;
  readonly prompt_via?: 'argument' | 'stdin' | null;
  readonly cwd?: string | null;
  readonly env?: Readonly<Record<string, string>> | null;
  readonly silence_timeout?: number | 'none' | null;
  readonly retry_backoff_seconds?: number | null;
  readonly non_retryable_exit_codes?: readonly number[] | null;
  /** Where a successful task goes by itself; absent = the agent moves it (R-ART-049). */
  readonly completed_queue?: string | null;
  readonly on_external_move?: 'keep' | 'cancel' | null;
  readonly assignee?: string | null;
}

/** Options of `dispatcher.route(…)`; one of `queue_name` and `queueName` is required (R-ART-016). */
export type RouteOptions = BothSpellings<SnakeRouteOptions> &
  ({ readonly queue_name: string } | { readonly queueName: string });

/** Makes the prompt of a task; called once for each run, with the task as the board has it then (R-ART-017). */
export type PromptHandler = (task_id: string, task_name: string, task: Task) => string | Promise<string>;
