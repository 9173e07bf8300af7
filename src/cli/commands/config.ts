import type { Command } from 'commander';
import { formatOrigin, type Origin, type Path } from '../../adapters/config/problem.ts';
import type { Settings } from '../../core/schema/settings.ts';
import { act, type Runtime } from '../cli.ts';
import { oneLine } from '../neutralise.ts';
import { readConfig } from '../read-config.ts';

interface Value {
  readonly key: string;
  readonly value: unknown;
  readonly origin: Origin;
}

/** `dispatch config`: the effective values and where each came from. */
export function addConfig(runtime: Runtime, program: Command): void {
  program
    .command('config')
    .description('Show the effective configuration and where each value comes from')
    .addHelpText('after', '\nExamples:\n  $ dispatch config\n  $ dispatch config --json')
    .action(
      act(runtime, async (cli) => {
        const { settings, file, originOf } = await readConfig(cli);
        const values = valuesOf(settings, originOf);
        if (cli.out.json) {
          const told = values.map(({ key, value, origin }) => ({ key, value, origin: originText(origin) }));
          cli.out.document({ file, values: told, settings });
          return undefined;
        }
        const { renderTable } = await import('../render/table.ts');
        cli.out.note(`Configuration of ${file}`);
        const columns = [
          { title: 'KEY', text: ({ key }: Value) => key },
          {
            title: 'VALUE',
            text: ({ value }: Value) => oneLine(typeof value === 'string' ? value : JSON.stringify(value)),
          },
          { title: 'FROM', text: ({ origin }: Value) => originText(origin) },
        ];
        cli.out.data(renderTable(values, columns, cli.out));
        return undefined;
      }),
    );
}

const originText = (origin: Origin): string => formatOrigin(origin) || origin.kind;

/** Every value under the key it has in the file. */
function valuesOf(settings: Settings, originOf: (path: Path) => Origin): Value[] {
  const { defaults, api, temporal } = settings;
  const values: (readonly [Path, unknown])[] = [
    [['project'], settings.project],
    [['board'], settings.board],
    [['state_dir'], settings.stateDir],
    [['command'], defaults.command],
    [['default_agent'], defaults.agent],
    [['poll_interval'], defaults.pollIntervalSeconds],
    [['agent_timeout'], defaults.timeoutSeconds],
    [['silence_timeout'], defaults.silenceSeconds],
    [['run_ceiling'], settings.runSecondsMax],
    [['max_retries'], defaults.maxRetries],
    [['retry_backoff_seconds'], defaults.retryBackoffSeconds],
    [['dead_letter_queue'], defaults.deadLetterQueue],
    ...Object.entries(settings.pools).map(([name, slots]) => [['pools', name], slots] as const),
    [['host_slots'], settings.hostSlots],
    [['hosts'], settings.hosts],
    [['adopt'], settings.adopt],
    [['environment_allowlist'], settings.environmentAllowlist],
    [['api_host'], api.host],
    [['api_port'], api.port],
    [['enable_queue_management'], api.enableQueueManagement],
    [['api', 'allowed_hosts'], api.allowedHosts],
    [['api', 'token_env'], api.tokenEnv],
    [['api', 'require_tokens'], api.requireTokens],
    [['temporal', 'address'], temporal.address],
    [['temporal', 'namespace'], temporal.namespace],
    [['temporal', 'profile'], temporal.profile],
    [['debug'], settings.debug],
    ...settings.routes.map(
      ({ queueName, agent, inProgressQueue }, index) =>
        [['routes', index], { queue_name: queueName, agent, in_progress_queue: inProgressQueue }] as const,
    ),
    ...Object.values(settings.agents)
      .filter(({ name }) => !name.includes(':'))
      .map(({ name, kind, command }) => [['agents', name], { kind, command }] as const),
  ];
  return values.map(([path, value]) => ({ key: keyOf(path), value, origin: originOf(path) }));
}

const keyOf = (path: Path): string =>
  path
    .map((part, index) => (typeof part === 'number' ? `[${part}]` : index === 0 ? part : `.${part}`))
    .join('');
