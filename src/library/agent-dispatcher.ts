import { AppError } from '../core/errors.ts';
import type { Log } from '../core/ports/log.ts';
import type { QueueBackend } from './backend.ts';
import { type CodeAgents, createCodeAgents, isCodeAgent } from './code-agents.ts';
import { namesProgram, settingsOf } from './code-settings.ts';
import { createDefaultLog } from './default-log.ts';
import type { DispatcherOptions, PromptHandler, RouteOptions } from './options.ts';
import { createRouteBook, type RouteBook } from './route-book.ts';
import { snakeOptions } from './spelling.ts';
import { type RunningDispatcher, startDispatcher } from './start-dispatcher.ts';
import { onStopSignals } from './stop-signals.ts';

type Values = Readonly<Record<string, unknown>>;

/** What only code can say; the rest is configuration as in `dispatch.yaml`. */
interface OwnOptions {
  readonly queue_backend?: QueueBackend | null;
  readonly log?: Log;
  readonly env?: Readonly<Record<string, string | undefined>>;
  readonly base_dir?: string;
}

/**
 * Watches the queues of a board and runs an agent for each task (R-ART-001…015). Register routes, then `run()`:
 *
 *     const dispatcher = new AgentDispatcher({ command: 'claude', queue_backend: new JsonFileAdapter('board.json') });
 *     dispatcher.route({ queue_name: 'Todo', args: ['-p'] }, (task_id, task_name) => `Work on ${task_id}: ${task_name}.`);
 *     await dispatcher.run();
 *
 * Every mistake is an {@link AppError}: `invalid-input` for what was passed, `invalid-config` for what does not fit.
 */
export class AgentDispatcher {
  readonly #own: OwnOptions;
  readonly #options: Values;
  readonly #agents: CodeAgents;
  readonly #book: RouteBook;
  #starting: Promise<RunningDispatcher> | null = null;
  #running: RunningDispatcher | null = null;
  #onEnd: () => void = () => {};
  #log: Log;

  /** Checks the options; opens, reads and starts nothing (R-ART-010). */
  constructor(options: DispatcherOptions = {}) {
    const { queue_backend, log, env, base_dir, ...plain } = snakeOptions('AgentDispatcher', options);
    this.#own = { queue_backend, log, env, base_dir } as OwnOptions;
    this.#log = this.#own.log ?? createDefaultLog(false);
    this.#agents = createCodeAgents(new Set(Object.keys((plain.agents as object | undefined) ?? {})));
    const agent = plain.default_agent;
    const isOurs = agent !== undefined && agent !== null && isCodeAgent('default_agent', agent);
    this.#options = isOurs ? { ...plain, default_agent: this.#agents.nameOf(agent) } : plain;
    this.#book = createRouteBook(this.#agents);
    this.#check([]);
  }

  /**
   * Takes tasks from a queue; the function makes each task's prompt and is returned as it came (R-ART-016, 017).
   * Throws `already-exists` when the queue has a route (R-ART-022), `invalid-config` naming the field that is wrong.
   */
  route<Handler extends PromptHandler>(options: RouteOptions, handler: Handler): Handler;
  route(options: RouteOptions): undefined;
  route(options: RouteOptions, handler?: PromptHandler): PromptHandler | undefined {
    if (this.#starting !== null) {
      throw new AppError('already-running', 'routes are registered before the dispatcher starts', {
        hint: 'move this call up, or add routes while it runs with POST /routes',
      });
    }
    this.#book.add(options, handler);
    try {
      this.#check(this.#book.routes.slice(-1));
    } catch (error) {
      this.#book.dropLast();
      throw error;
    }
    return handler;
  }

  /** Base URL of the HTTP API while it runs, else null. */
  get url(): string | null {
    return this.#running?.url ?? null;
  }

  /**
   * Starts everything and answers once tasks are taken: Temporal where none is named, the HTTP API, the worker. For
   * programs that go on doing other things; signals are left to them. Throws before any task is claimed when the
   * board is missing (R-ART-008), a route has nothing to run (R-ART-003), the port is taken or Temporal cannot be had.
   */
  async start({ debug = false }: { readonly debug?: boolean } = {}): Promise<RunningDispatcher> {
    if (this.#starting !== null) {
      throw new AppError('already-running', 'this dispatcher was started already', {
        hint: 'stop() it first',
      });
    }
    this.#starting = this.#startNow(debug);
    try {
      this.#running = await this.#starting;
      return { ...this.#running, stop: () => this.stop() };
    } catch (error) {
      this.#starting = null;
      throw error;
    }
  }

  /** Ends it in order; a second call waits for the same end. Afterwards it may be started again. */
  async stop(): Promise<void> {
    const running = await this.#starting?.catch(() => null);
    if (running === null || running === undefined) return;
    try {
      await running.stop();
    } finally {
      this.#starting = null;
      this.#running = null;
      this.#onEnd();
    }
  }

  /**
   * Starts and blocks until `stop()`, SIGINT or SIGTERM; then agents are ended, their tasks go back to their queues
   * without a retry counted, and it returns (R-ART-013, R-ART-015). A second signal ends the process at once.
   * `debug` logs at level debug (R-ART-119). Rejects when a part of it cannot go on.
   */
  async run(options: { readonly debug?: boolean } = {}): Promise<void> {
    const ended = new Promise<void>((resolve) => {
      const before = this.#onEnd;
      this.#onEnd = () => {
        before();
        resolve();
      };
    });
    const release = onStopSignals((signal) => {
      this.#log.info({ signal }, 'stopping: agents are ended and their tasks go back to their queues');
      this.#onEnd();
    });
    try {
      const running = await this.start(options);
      try {
        await Promise.race([ended, running.failed]);
      } finally {
        await this.stop();
      }
    } finally {
      release();
    }
  }

  async #startNow(debug: boolean): Promise<RunningDispatcher> {
    // biome-ignore lint/style/noProcessEnv: for a program of the user's own this is where the environment comes in.
    const env = this.#own.env ?? { ...process.env };
    const options = debug ? { ...this.#options, debug: true } : this.#options;
    this.#log = this.#own.log ?? createDefaultLog(options.debug === true);
    const log = this.#log;
    const { queue_backend: backend, base_dir: baseDir = process.cwd() } = this.#own;
    const { routes, promptFunctions } = this.#book;
    const agents = this.#agents;
    const { settings, notes } = settingsOf({ options, env, baseDir, routes, agents });
    for (const { level, text } of notes) {
      const message = text.replace(/^: /, '');
      if (level === 'warning') log.warn({}, message);
      else log.debug({}, message);
    }
    return startDispatcher({ settings, backend, agents, promptFunctions, env, log });
  }

  /** What is wrong with the options or a route is said where it stands, not at start. */
  #check(routes: readonly Values[]): void {
    // Whether a token is there beyond loopback, and a command, is known at start only.
    const { api_host: _host, api: _api, ...options } = this.#options;
    settingsOf({
      options: { ...options, command: namesProgram(options.command) ? options.command : 'unknown-yet' },
      ...{ routes, agents: this.#agents, baseDir: this.#own.base_dir ?? process.cwd(), env: {} },
    });
  }
}
