import type { Log } from '../../core/ports/log.ts';
import type { Settings } from '../../core/schema/settings.ts';
import { createCodeAgents } from '../code-agents.ts';
import { createDefaultLog } from '../default-log.ts';
import { givenTo } from './claude-agent-invoker.ts';
import { createInvokerAgent } from './invoker-agent.ts';
import type { ProducerOptions } from './producer-options.ts';
import type { SessionSource } from './producer-session.ts';
import { producerSettings } from './producer-settings.ts';

/** What a producer works with, out of what it was given: read when it is needed, because fields may be written until then. */
export function createProducerSource(options: ProducerOptions): {
  readonly log: Log;
  sourceNow(): SessionSource;
} {
  const {
    config,
    ledger,
    invoker,
    kill_switch,
    log = createDefaultLog(config.more.debug === true),
  } = options;

  function sourceNow(): SessionSource {
    const given = givenTo(invoker);
    // biome-ignore lint/style/noProcessEnv: for a program of the user's own this is where the environment comes in.
    const outer = options.env ?? { ...process.env };
    const env = given?.apiKey ? { ...outer, ANTHROPIC_API_KEY: given.apiKey } : outer;
    const agents = createCodeAgents(new Set());
    const roleOf = (name: string) => made.settings.roles?.[name] ?? null;
    const runs = given === null ? kindOf(agents, createInvokerAgent(invoker, roleOf)) : { given };
    const made: ReturnType<typeof producerSettings> = producerSettings({
      ...{ config, runs, env, ledgerPath: ledger.db_path, brakePath: kill_switch.path },
    });
    for (const { level, text } of made.notes) log[level === 'warning' ? 'warn' : 'debug']({}, text);
    if (given !== null && given.configDir !== null)
      log.warn(
        { path: given.configDir },
        'config_dir of the invoker is not used: each run has a folder of its own',
      );
    return { settings: made.settings satisfies Settings, agents, env, log };
  }
  return { log, sourceNow };
}

function kindOf(agents: ReturnType<typeof createCodeAgents>, agent: ReturnType<typeof createInvokerAgent>) {
  const name = agents.nameOf(agent);
  return { kind: agents.entries()[name]?.kind ?? name };
}
