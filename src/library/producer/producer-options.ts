import { AppError } from '../../core/errors.ts';
import type { Log } from '../../core/ports/log.ts';
import { KillSwitchWatcher } from '../ledger/kill-switch-watcher.ts';
import { LedgerClient } from '../ledger/ledger-client.ts';
import { snakeOptions } from '../spelling.ts';
import type { AgentInvoker } from './claude-agent-invoker.ts';
import { ProducerConfig } from './producer-config.ts';

/** What a {@link Producer} is made of; `kill_switch` may also be written `killSwitch`. */
export interface ProducerOptions {
  readonly config: ProducerConfig;
  /** The file that is worked on; it stays open, whoever opened it closes it. */
  readonly ledger: LedgerClient;
  /** Runs the agents: a `ClaudeAgentInvoker`, or an object of your own with `invoke`. */
  readonly invoker: AgentInvoker;
  readonly kill_switch: KillSwitchWatcher;
  /** Takes the log lines; default: JSON lines on stderr. */
  readonly log?: Log;
  /** The environment to work with; default: that of this process. */
  readonly env?: Readonly<Record<string, string | undefined>>;
}

/** The same in camelCase. */
export type ProducerOptionsCamel = Omit<ProducerOptions, 'kill_switch'> & {
  readonly killSwitch: KillSwitchWatcher;
};

/** Checks what was given; `invalid-input` names the option and what it must be. */
export function checkedOptions(options: ProducerOptions | ProducerOptionsCamel): ProducerOptions {
  const given = snakeOptions('Producer', options);
  const { config, ledger, kill_switch, invoker } = given;
  if (!(config instanceof ProducerConfig))
    wrong('config', "load_config('producer.yaml') or new ProducerConfig({ … })");
  if (!(ledger instanceof LedgerClient)) wrong('ledger', 'new LedgerClient(config.ledger_db)');
  if (!(kill_switch instanceof KillSwitchWatcher))
    wrong('kill_switch', 'new KillSwitchWatcher(config.kill_switch)');
  if (typeof (invoker as AgentInvoker | undefined)?.invoke !== 'function')
    wrong(
      'invoker',
      'new ClaudeAgentInvoker({ cwd }), or an object with invoke(agent_role, prompt, options)',
    );
  return given as unknown as ProducerOptions;
}

function wrong(field: string, fix: string): never {
  throw new AppError('invalid-input', `Producer: ${field} must be ${fix}`, { details: { field } });
}
