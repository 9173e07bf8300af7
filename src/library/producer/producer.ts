import { ROLE_RETRIES_DEFAULT } from '../../adapters/config/roles.ts';
import { report } from '../../api/operations/report.ts';
import { runOperation } from '../../api/run-operation.ts';
import { AppError } from '../../core/errors.ts';
import { givenUpReason, unknownRoleReason } from '../../core/policy/escalations/reason.ts';
import { AuditLogger } from '../ledger/audit-logger.ts';
import { BudgetExceeded } from '../ledger/budget-tracker.ts';
import { type CamelNamed, withCamelNames } from '../ledger/camel-names.ts';
import type { KillSwitchWatcher } from '../ledger/kill-switch-watcher.ts';
import type { LedgerClient } from '../ledger/ledger-client.ts';
import { LedgerError, TaskClaimRace } from '../ledger/ledger-error.ts';
import type { AgentInvoker } from './claude-agent-invoker.ts';
import { completeTask, type EndedTask, escalateTask, failTask } from './end-task.ts';
import { InvocationResult } from './invocation-result.ts';
import type { ProducerConfig } from './producer-config.ts';
import { checkedOptions, type ProducerOptions, type ProducerOptionsCamel } from './producer-options.ts';
import { createProducerSource } from './producer-source.ts';
import { createProducerStop } from './producer-stop.ts';
import { createProducerWork, type ProducerWork } from './producer-work.ts';

/** The methods under the names ai-producer gives them. */
class SnakeProducer {
  readonly config: ProducerConfig;
  readonly ledger: LedgerClient;
  readonly invoker: AgentInvoker;
  readonly kill_switch: KillSwitchWatcher;
  readonly audit: AuditLogger;
  readonly #work: ProducerWork;
  readonly #log: ReturnType<typeof createProducerSource>['log'];
  readonly #stop = createProducerStop();

  /** Checks what it is made of; opens and starts nothing. */
  constructor(options: ProducerOptions | ProducerOptionsCamel) {
    const given = checkedOptions(options);
    this.config = given.config;
    this.ledger = given.ledger;
    this.invoker = given.invoker;
    this.kill_switch = given.kill_switch;
    this.audit = new AuditLogger(this.ledger, 'producer');
    const { log, sourceNow } = createProducerSource(given);
    this.#log = log;
    this.#work = createProducerWork(sourceNow);
  }

  /** As {@link kill_switch}. */
  get killSwitch(): KillSwitchWatcher {
    return this.kill_switch;
  }

  /**
   * Works until told to stop: what `producer run` does (R-PROD-035). A first SIGINT, SIGTERM or `request_shutdown` lets
   * what runs finish, a second one ends it (TERM, 5 s, KILL). Throws before any task is taken when something is wrong.
   */
  async run(): Promise<void> {
    if (this.#work.isOpen()) throw new AppError('already-running', 'this producer is at work already');
    const release = this.#stop.onSignals();
    try {
      await this.#work.withWorker({ stays: true }, async ({ worker, url }) => {
        this.audit.event('producer_boot', { poll_interval_s: this.config.poll_interval_seconds });
        this.#log.info({ url }, 'producer up');
        await this.#stop.asked;
        this.#log.info({}, 'stopping: what runs may finish; a second signal ends it');
        await Promise.race([worker.drain(), this.#stop.askedAgain]);
      });
      this.audit.event('producer_shutdown');
    } finally {
      release();
    }
  }

  /** Gives each task that is ready now one try, at most 50; answers how many were dispatched (R-PROD-035). */
  async run_once(): Promise<number> {
    if (this.#stop.signal.aborted) return 0;
    this.audit.event('producer_boot_once');
    const { dispatched } = await this.#pass();
    return dispatched;
  }

  /**
   * Gives one pending task a try and waits for its end. An armed kill switch leaves it, an unknown owner escalates it
   * (R-PROD-036). Throws `TaskClaimRace`, or `BudgetExceeded` when it has to wait for money: it stays in line.
   */
  async dispatch_task(task: EndedTask): Promise<void> {
    if (this.kill_switch.is_armed()) return;
    const { id } = task;
    const found = this.ledger.get_task(id);
    if (found?.status !== 'pending') throw new TaskClaimRace(`task ${id} no longer pending`);
    const { agent_owner: role } = found;
    if (!Object.hasOwn(this.config.roles, role))
      return this.handle_escalation(found, unknownRoleReason(role));
    const { dispatched, stoppedBy } = await this.#pass(new Set([id]));
    if (stoppedBy === 'budget') throw new BudgetExceeded(`${role} cap would breach: task ${id} waits`);
    if (dispatched === 0 && stoppedBy === null)
      throw new LedgerError(`task ${id} was not started: it waits for other tasks, or for a slot`);
  }

  /** Ends a task that a script has worked on, as `done`; one that is not in progress stays what it is (R-PROD-040). */
  async handle_completion(task: EndedTask, result: Partial<InvocationResult>): Promise<void> {
    const done = completeTask(this, task, new InvocationResult({ text: '', ...result }));
    if (!done) this.#log.warn({ taskId: task.id }, 'not in progress: left as it is');
  }

  /** Counts a failed try of a script: back in line, or to a person when its tries are used up (R-PROD-041). */
  async handle_failure(task: EndedTask, error: string): Promise<void> {
    const retries = Number(this.config.roles[task.agent_owner]?.more.max_retries ?? ROLE_RETRIES_DEFAULT);
    const failed = failTask(this, task, { error, triesMax: retries + 1 });
    if (!failed?.isOver) return;
    const ending = { kind: 'failed', reason: error, retryable: true } as const;
    const facts = { durationMs: 0, outputBytes: 0, tail: '' };
    const counts = { retryCount: failed.retryCount - 1, maxRetries: retries };
    await this.handle_escalation(task, givenUpReason({ ...ending, ...facts }, counts));
  }

  /** Gives a task to a person: a case in `escalations_dir`, a decision, a notice, the status `escalated` (R-PROD-066). */
  async handle_escalation(task: EndedTask, reason: string): Promise<void> {
    await this.#work.withProject((project) => escalateTask(project, task, reason));
  }

  /** Writes the report of a UTC day, default today; answers its path (R-PROD-071). */
  async write_morning_report({ target_date, targetDate }: ReportOptions = {}): Promise<string> {
    const date = target_date ?? targetDate;
    const written = await this.#work.withProject(({ context }) => {
      const caller = { channel: 'library', actor: 'producer' } as const;
      const whole = { ...context, caller, idempotencyKey: null, boundTaskId: null };
      return runOperation(report as never, whole, date === undefined ? {} : { date });
    });
    return (written as { readonly path: string }).path;
  }

  /** Nothing new is begun, what runs may finish; asked again, that is ended, too. */
  request_shutdown(): void {
    this.#stop.ask();
  }

  #pass(only?: ReadonlySet<string>) {
    return this.#work.withWorker({ stays: false }, ({ worker }) => {
      const { signal, askedAgain } = this.#stop;
      // A server that is gone is what the pass itself ends with.
      const drain = () => void worker.drain().catch(() => undefined);
      signal.addEventListener('abort', drain, { once: true });
      const nothing = { dispatched: 0, escalated: 0, stoppedBy: null };
      return Promise.race([worker.pass(signal, only), askedAgain.then(() => nothing)]).finally(() =>
        signal.removeEventListener('abort', drain),
      );
    });
  }
}

/** Which day a report is about, `YYYY-MM-DD`. */
export interface ReportOptions {
  readonly target_date?: string;
  readonly targetDate?: string;
}

/**
 * The loop of ai-producer over durable workflows (R-PROD-097): the same worker, governor and settlement that `producer
 * run` has. Each method also has its name in camelCase; all that do something are asynchronous.
 */
export const Producer: new (options: ProducerOptions | ProducerOptionsCamel) => CamelNamed<SnakeProducer> =
  withCamelNames(SnakeProducer);
export type Producer = CamelNamed<SnakeProducer>;
