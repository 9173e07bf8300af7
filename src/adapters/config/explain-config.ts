import { heartbeatThrottleMs } from '../../core/policy/heartbeat-timeout.ts';
import type { LoadedConfig } from './load-config.ts';
import { explainMoney } from './money.ts';
import { explainTelling } from './notifications.ts';
import { formatOrigin, formatPath, type Path } from './problem.ts';

/** One effective value and where it came from: `dispatch.yaml:3:1`, a variable, a flag, or `default`. */
export interface ExplainedValue {
  readonly key: string;
  readonly value: unknown;
  readonly from: string;
}

/** Every effective value under the key it has in the file; values of `env` are left out, they may be secrets. */
export function explainConfig({
  settings,
  originOf,
}: Pick<LoadedConfig, 'settings' | 'originOf'>): ExplainedValue[] {
  const { api, defaults, pools, temporal } = settings;
  const rows: (readonly [Path, unknown])[] = [
    [['project'], settings.project],
    [['board'], settings.board],
    [['command'], defaults.command],
    [['default_agent'], defaults.agent],
    [['poll_interval'], defaults.pollIntervalSeconds],
    [['agent_timeout'], defaults.timeoutSeconds],
    [['silence_timeout'], defaults.silenceSeconds],
    [['run_ceiling'], settings.runSecondsMax],
    [['max_retries'], defaults.maxRetries],
    [['retry_backoff_seconds'], defaults.retryBackoffSeconds],
    [['dead_letter_queue'], defaults.deadLetterQueue],
    ...Object.entries(pools).map(([name, slots]) => [['pools', name], slots] as const),
    [['host_slots'], settings.hostSlots],
    [['api_host'], api.host],
    [['api_port'], api.port],
    [['api', 'allowed_hosts'], api.allowedHosts],
    [['api', 'token_env'], api.tokenEnv],
    [['api', 'require_tokens'], api.requireTokens],
    [['enable_queue_management'], api.enableQueueManagement],
    [['temporal', 'address'], temporal.address],
    [['temporal', 'namespace'], temporal.namespace],
    [['temporal', 'profile'], temporal.profile],
    [['temporal', 'heartbeat_interval'], heartbeatThrottleMs(settings) / 1000],
    ...explainMoney(settings),
    [['pricing', 'file'], settings.pricing?.file ?? null],
    [['pricing', 'source_url'], settings.pricing?.sourceUrl ?? null],
    [['hosts'], settings.hosts],
    [['adopt'], settings.adopt],
    [['environment_allowlist'], settings.environmentAllowlist],
    [['state_dir'], settings.stateDir],
    [['project_title'], settings.projectTitle ?? settings.project],
    [['project_root'], settings.projectRoot],
    [['kill_switch'], settings.brakeFile],
    [['kill_switch_strict'], settings.brakeStrict ?? false],
    [['escalations_dir'], settings.escalationsDir],
    [['planner'], settings.planner],
    [['auth', 'mode'], settings.auth?.mode],
    [['auth', 'inherit_permission_mode'], settings.auth?.inheritPermissionMode],
    ...Object.entries(settings.roles ?? {}).map(([name, role]) => [['roles', name], role] as const),
    [['debug'], settings.debug],
    ...Object.entries(settings.agents).map(
      ([name, { env, ...agent }]) => [['agents', name], { ...agent, env: Object.keys(env) }] as const,
    ),
    ...settings.routes.map((route, index) => [['routes', index], route] as const),
  ];
  return [...rows, ...explainTelling(settings)].map(([path, value]) => {
    const from = formatOrigin(originOf(path));
    return { key: formatPath(path), value, from: from === '' ? 'default' : from };
  });
}
