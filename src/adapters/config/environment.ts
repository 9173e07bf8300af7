import { resolve } from 'node:path';
import { checkLayer, type LayerResult } from './layer.ts';
import type { ConfigNote, Origin, Path } from './problem.ts';
import { nearest } from './suggest.ts';

/** An environment as it is handed in; nothing below the entry points reads the process's own. */
export type Environment = Readonly<Record<string, string | undefined>>;

/** What a flag or a caller may set over everything else; texts are read as the key's type. */
export type ConfigFlags = Readonly<
  Partial<Record<(typeof OVERRIDABLE)[number], string | number | boolean | null | undefined>>
>;

/** Keys with a single value that flags may set. */
export const OVERRIDABLE = [
  'project',
  'board',
  'poll_interval',
  'agent_timeout',
  'silence_timeout',
  'run_ceiling',
  'max_concurrent_agents',
  'host_slots',
  'api_host',
  'api_port',
  'max_retries',
  'retry_backoff_seconds',
  'enable_queue_management',
  'hosts',
  'adopt',
  'state_dir',
  'debug',
] as const;

/**
 * Keys the environment may set. Left out on purpose: what agents inherit under the same names (project, state
 * directory), what decides which commands run, and what opens the API wider.
 */
export const ENVIRONMENT_VARIABLES: Readonly<Record<string, Path>> = {
  DISPATCH_POLL_INTERVAL: ['poll_interval'],
  DISPATCH_AGENT_TIMEOUT: ['agent_timeout'],
  DISPATCH_SILENCE_TIMEOUT: ['silence_timeout'],
  DISPATCH_RUN_CEILING: ['run_ceiling'],
  DISPATCH_MAX_CONCURRENT_AGENTS: ['max_concurrent_agents'],
  DISPATCH_HOST_SLOTS: ['host_slots'],
  DISPATCH_API_HOST: ['api_host'],
  DISPATCH_API_PORT: ['api_port'],
  DISPATCH_MAX_RETRIES: ['max_retries'],
  DISPATCH_RETRY_BACKOFF_SECONDS: ['retry_backoff_seconds'],
  DISPATCH_HOSTS: ['hosts'],
  DISPATCH_DEBUG: ['debug'],
  TEMPORAL_ADDRESS: ['temporal', 'address'],
  TEMPORAL_NAMESPACE: ['temporal', 'namespace'],
  TEMPORAL_PROFILE: ['temporal', 'profile'],
  PRODUCER_AUTH_MODE: ['auth', 'mode'],
};

/** Variables of ours that are no settings. */
const OTHERS = [
  ...['RUN_ID', 'TASK_ID', 'JOB_ID', 'ATTEMPT', 'RETRY_COUNT', 'COST_FILE'],
  ...['API_URL', 'API_TOKEN', 'PROJECT', 'STATE_DIR'],
  ...['TEST_ALL', 'TEST_SEED', 'TEST_SERVER', 'TEST_STRICT'],
];
const KEPT_AS_TEXT = new Set([
  'project',
  'board',
  'api_host',
  'state_dir',
  'address',
  'namespace',
  'profile',
  'mode',
  'hosts',
]);
const TRUTH: Readonly<Record<string, boolean>> = {
  true: true,
  1: true,
  yes: true,
  on: true,
  false: false,
  0: false,
  no: false,
  off: false,
};
const TRUTH_KEYS = new Set(['debug', 'adopt', 'enable_queue_management']);

/** A text as the type its key takes; what does not fit stays a text and fails the check with a clear message. */
function readText(key: string, text: string): unknown {
  if (KEPT_AS_TEXT.has(key)) return text;
  const word = text.trim();
  if (TRUTH_KEYS.has(key)) return Object.hasOwn(TRUTH, word.toLowerCase()) ? TRUTH[word.toLowerCase()] : text;
  return /^[+-]?\d+(\.\d+)?$/.test(word) ? Number(word) : text;
}

function putAt(target: Record<string, unknown>, path: Path, value: unknown): void {
  const [first, second] = path;
  if (second === undefined) target[String(first)] = value;
  else target[String(first)] = { ...(target[String(first)] as object | undefined), [second]: value };
}

/** The settings of the environment as a layer; an empty variable counts as not set. */
export function environmentLayer(env: Environment): LayerResult {
  const source: Record<string, unknown> = {};
  const names = new Map<string, string>();
  for (const [name, path] of Object.entries(ENVIRONMENT_VARIABLES)) {
    const text = env[name];
    if (text === undefined || text === '') continue;
    putAt(source, path, readText(String(path.at(-1)), text));
    names.set(path.join('.'), name);
  }
  const locate = (path: Path): Origin => ({
    kind: 'environment',
    name: names.get(path.join('.')) ?? path.join('.'),
  });
  return { ...checkLayer(source, locate), notes: nearMisses(env) };
}

function nearMisses(env: Environment): ConfigNote[] {
  const known = [...Object.keys(ENVIRONMENT_VARIABLES), ...OTHERS.map((name) => `DISPATCH_${name}`)];
  const notes: ConfigNote[] = [];
  for (const name of Object.keys(env)) {
    if (!name.startsWith('DISPATCH_') || known.includes(name)) continue;
    const meant = nearest(name, known);
    const tail = meant === undefined ? '' : ` (did you mean ${meant}?)`;
    notes.push({
      level: meant === undefined ? 'debug' : 'warning',
      text: `environment variable ${name}: unknown, ignored${tail}`,
    });
  }
  return notes;
}

/** Flags as a layer; paths among them start at the folder the command was given in. */
export function flagLayer(flags: ConfigFlags, cwd: string): LayerResult {
  const source: Record<string, unknown> = {};
  for (const key of OVERRIDABLE) {
    const value = flags[key];
    if (value === undefined) continue;
    const isPath = (key === 'board' || key === 'state_dir') && typeof value === 'string' && value !== '';
    if (isPath) source[key] = resolve(cwd, value);
    else source[key] = typeof value === 'string' ? readText(key, value) : value;
  }
  const locate = (path: Path): Origin => ({
    kind: 'flag',
    name: `--${flagOf(String(path[0]))}`,
  });
  return checkLayer(source, locate);
}

/** On the command line the API's keys go by their short names. */
const flagOf = (key: string): string => key.replace(/^api_/, '').replaceAll('_', '-');
