import { randomUUID } from 'node:crypto';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { onTestFinished } from 'vitest';
import {
  type AgentInvoker,
  type InvocationFields,
  InvocationResult,
  type InvokeOptions,
  KillSwitchWatcher,
  LedgerClient,
  load_config,
  Producer,
  type ProducerConfig,
} from '../../src/index.ts';
import { withStandIn } from './claude-project.ts';
import { dispatcherEnv } from './dispatcher.ts';

/** What an invoker of a test was asked. */
export interface Asked {
  readonly role: string;
  readonly prompt: string;
  readonly options: InvokeOptions;
}

/** An invoker in code that answers like this and remembers what it was asked. */
export function aStubInvoker(
  answer: (asked: Asked) => InvocationFields | Promise<InvocationFields>,
): AgentInvoker & { readonly asked: Asked[] } {
  const asked: Asked[] = [];
  return {
    asked,
    async invoke(role, prompt, options) {
      const call = { role, prompt, options };
      asked.push(call);
      return new InvocationResult(await answer(call));
    },
  };
}

/** A project of ai-producer in a folder of its own, gone with the test. */
export interface ProducerFolder {
  readonly dir: string;
  readonly config: ProducerConfig;
  readonly ledger: LedgerClient;
  readonly killSwitch: KillSwitchWatcher;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly logged: { readonly level: string; readonly message: string }[];
  producer(invoker: AgentInvoker): Producer;
  /** Files a task and answers its id. */
  add(role: string, title: string, more?: object): string;
}

type Files = Readonly<Record<string, string>>;

const ROLES = { code: { daily_cap_usd: 5, prompt: 'agents/code.md', allowed_tools: ['Read', 'Write'] } };

/** Writes `producer.yaml` (JSON is YAML, too) and the files beside it. */
export function aProducerFolder(
  agents: object = ROLES,
  { files = { 'agents/code.md': 'You code.' }, more = {} }: { files?: Files; more?: object } = {},
): ProducerFolder {
  const dir = mkdtempSync(join(tmpdir(), 'dispatch-producer-'));
  onTestFinished(() => rmSync(dir, { recursive: true, force: true, maxRetries: 3 }));
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(dirname(join(dir, name)), { recursive: true });
    writeFileSync(join(dir, name), text);
  }
  const file = join(dir, 'producer.yaml');
  const yaml = { project_name: `p-${randomUUID().slice(0, 12)}`, poll_interval_seconds: 1, ...more };
  writeFileSync(file, JSON.stringify({ ...yaml, budget: { project_ceiling_usd: 50, agents } }));
  const config = load_config(file);
  const ledger = new LedgerClient(config.ledger_db);
  onTestFinished(() => ledger.close());
  const killSwitch = new KillSwitchWatcher(config.kill_switch);
  const env = { ...dispatcherEnv(dir), ...withStandIn(), ANTHROPIC_API_KEY: 'a-key-of-no-use' };
  const logged: { level: string; message: string }[] = [];
  const at = (level: string) => (_: object, message: string) => void logged.push({ level, message });
  const log = { debug: at('debug'), info: at('info'), warn: at('warn'), error: at('error') };
  return {
    ...{ dir, config, ledger, killSwitch, env, logged },
    producer: (invoker) => new Producer({ config, ledger, invoker, killSwitch, env, log }),
    add: (agent_owner, title, task = {}) =>
      ledger.insert_task({ agent_owner, title, description: 'As told.', ...task }),
  };
}
