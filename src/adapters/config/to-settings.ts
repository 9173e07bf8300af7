import { basename, join } from 'node:path';
import { PROJECT_NAME_LENGTH_MAX, RUN_MS_MAX } from '../../core/limits.ts';
import { wordsOf } from '../../core/policy/resolve-agent.ts';
import type { DispatchConfig } from '../../core/schema/config.ts';
import type { BoardSettings, Settings } from '../../core/schema/settings.ts';
import type { AgentsFileContent } from '../agents-file/agents-file-content.ts';
import { absolutePath } from './absolute-path.ts';
import { TOKEN_VARIABLE } from './check-api.ts';
import { toBreaker, toBudget } from './money.ts';
import { toNotifications } from './notifications.ts';
import { resolveAll } from './resolve-agents.ts';

/** Folder of a project's state, beside its configuration. */
export const STATE_FOLDER = '.dispatch';
const DEFAULT_POOLS = { routes: 3, dispatch: 5, roles: 1 };
const DEFAULT_POLL_SECONDS = 30;
const DEFAULT_API = { host: '127.0.0.1', port: 8000 };

/** A project name out of a folder name: what may not be in a name becomes a dash. */
export function projectNameOf(folder: string): string {
  return nameOutOf(basename(folder));
}

/** A project name out of any text. */
export function nameOutOf(text: string): string {
  const cleaned = text
    .replaceAll(/[^A-Za-z0-9._-]+/g, '-')
    .replace(/^[^A-Za-z0-9]+/, '')
    .slice(0, PROJECT_NAME_LENGTH_MAX)
    .replace(/-+$/, '');
  return cleaned === '' ? 'default' : cleaned;
}

/** `none`, null and absent are the same once nothing below can be inherited. */
const secondsOrNull = (value: number | 'none' | null | undefined): number | null =>
  typeof value === 'number' ? value : null;

function toBoard(board: DispatchConfig['board'], baseDir: string): BoardSettings {
  if (board === undefined) return { kind: 'custom' };
  if (typeof board === 'string')
    return { kind: 'json', path: absolutePath(board, baseDir), idStyle: 'number' };
  if (board.kind === 'memory') return { kind: 'memory' };
  if (board.kind === 'ledger') {
    const path = absolutePath(String(board.path), baseDir);
    return { kind: 'ledger', path, onDependencyFailed: ledgerPolicy(board) };
  }
  return {
    kind: 'json',
    path: absolutePath(String(board.path), baseDir),
    idStyle: board.id_style === 'ulid' ? 'ulid' : 'number',
  };
}

const ledgerPolicy = ({ on_dependency_failed: policy }: Readonly<Record<string, unknown>>) =>
  policy === 'escalate' || policy === 'kill' ? policy : 'wait';

function toDefaults(values: DispatchConfig): Settings['defaults'] {
  const queue = values.dead_letter_queue;
  return {
    command: [...wordsOf(values.command ?? [])],
    agent: values.default_agent ?? null,
    pollIntervalSeconds: values.poll_interval ?? DEFAULT_POLL_SECONDS,
    timeoutSeconds: secondsOrNull(values.agent_timeout),
    silenceSeconds: secondsOrNull(values.silence_timeout),
    maxRetries: values.max_retries ?? 0,
    retryBackoffSeconds: values.retry_backoff_seconds ?? 0,
    deadLetterQueue: typeof queue === 'string' && queue !== 'none' ? queue : null,
  };
}

/** What roles work with, and where people see of it. */
function teamOf(
  values: DispatchConfig,
  { project, stateDir, baseDir }: Pick<Settings, 'project' | 'stateDir' | 'baseDir'>,
) {
  return {
    planner: values.planner ?? null,
    projectRoot: absolutePath(values.project_root ?? '.', baseDir),
    projectTitle: values.project_title ?? project,
    brakeFile: absolutePath(values.kill_switch ?? join(stateDir, 'kill_switch'), baseDir),
    brakeStrict: values.kill_switch_strict ?? false,
    escalationsDir: absolutePath(values.escalations_dir ?? join(stateDir, 'escalations'), baseDir),
    auth: {
      mode: values.auth?.mode ?? 'auto',
      inheritPermissionMode: values.auth?.inherit_permission_mode ?? 'bypassPermissions',
    },
  };
}

function toApi(values: DispatchConfig): Settings['api'] {
  return {
    host: values.api_host ?? DEFAULT_API.host,
    port: values.api_port ?? DEFAULT_API.port,
    enableQueueManagement: values.enable_queue_management ?? false,
    allowedHosts: values.api?.allowed_hosts ?? [],
    tokenEnv: values.api?.token_env ?? TOKEN_VARIABLE,
    requireTokens: values.api?.require_tokens ?? false,
  };
}

/** A checked configuration with every default filled in and every path absolute. */
export function toSettings(
  values: DispatchConfig,
  baseDir: string,
  shared: AgentsFileContent | null = null,
): Settings {
  const defaults = toDefaults(values);
  const { rolePools, ...resolved } = resolveAll(values, { defaults, baseDir, shared });
  const project = values.project ?? projectNameOf(baseDir);
  const stateDir = absolutePath(values.state_dir ?? STATE_FOLDER, baseDir);
  return {
    ...{ project, baseDir, stateDir },
    reportsDir: absolutePath(values.reports_dir ?? values.state_dir ?? STATE_FOLDER, baseDir),
    reportHours: values.report_every_hours ?? 6,
    reportHtml: values.report_html ?? false,
    notifications: toNotifications(values),
    board: toBoard(values.board, baseDir),
    ...resolved,
    ...teamOf(values, { project, stateDir, baseDir }),
    defaults,
    pools: {
      ...rolePools,
      routes: values.pools?.routes ?? DEFAULT_POOLS.routes,
      dispatch: values.pools?.dispatch ?? DEFAULT_POOLS.dispatch,
      roles: values.pools?.roles ?? DEFAULT_POOLS.roles,
    },
    questions: {
      remindAfterSeconds: values.questions?.remind_after ?? null,
      escalateTo: values.questions?.escalate_to ?? [],
      defaultAfterSeconds: values.questions?.default_after ?? null,
    },
    hostSlots: values.host_slots ?? null,
    runSecondsMax: values.run_ceiling ?? RUN_MS_MAX / 1000,
    api: toApi(values),
    temporal: {
      address: values.temporal?.address ?? null,
      namespace: values.temporal?.namespace ?? 'default',
      profile: values.temporal?.profile ?? null,
      ...(values.temporal?.heartbeat_interval === undefined
        ? {}
        : { heartbeatSeconds: values.temporal.heartbeat_interval }),
    },
    budget: toBudget(values),
    breaker: toBreaker(values),
    pricing: {
      file: values.pricing?.file === undefined ? null : absolutePath(values.pricing.file, baseDir),
      sourceUrl: values.pricing?.source_url ?? null,
    },
    hosts: values.hosts ?? 'single',
    adopt: values.adopt ?? false,
    environmentAllowlist: values.environment_allowlist ?? null,
    debug: values.debug ?? false,
  };
}
