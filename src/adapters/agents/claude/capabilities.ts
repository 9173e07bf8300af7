import { execFile } from 'node:child_process';
import { statSync } from 'node:fs';
import { basename } from 'node:path';
import { DRAIN_MS } from '../../../core/limits.ts';
import { findExecutable } from '../../process/find-executable.ts';
import { PROBE_BYTES_MAX, PROBE_MS_MAX, PROBES_KEPT_MAX } from './bounds.ts';

/** Options that releases of the CLI lack, old ones all of them. */
const PROBED_FLAGS = [
  ...(['--session-id', '--append-system-prompt', '--max-budget-usd'] as const),
  ...(['--system-prompt', '--tools'] as const),
] as const;
/** All that a CLI may turn out not to know; help does not speak of the last one. */
export const KNOWN_FLAGS = [...PROBED_FLAGS, '--max-turns'] as const;
export type ProbedFlag = (typeof KNOWN_FLAGS)[number];

/** What an installed CLI can do. */
export interface ClaudeCapabilities {
  /** As it names itself; null when it did not answer. */
  readonly version: string | null;
  readonly lacks: readonly ProbedFlag[];
}

/** Where the CLI would run. */
export interface ProbePlace {
  readonly cwd: string;
  readonly env: Readonly<Record<string, string>>;
}

/** Taken for granted when it cannot be asked: a flag it does not know is then learnt from its refusal (R-AD-050). */
export const MODERN: ClaudeCapabilities = { version: null, lacks: [] };

const known = new Map<string, Promise<ClaudeCapabilities>>();

/**
 * Tells what a CLI can do; asks each executable once per process, and again when its file changed. Only a program that is
 * called `claude` and nothing more is asked: a wrapper would take `--help` for a task.
 */
export async function probeClaude(
  program: readonly string[],
  place: ProbePlace,
): Promise<ClaudeCapabilities> {
  const [name = ''] = program;
  if (program.length !== 1 || basename(name) !== 'claude') return MODERN;
  const file = findExecutable(name, { cwd: place.cwd, path: place.env.PATH });
  const key = file === null ? null : identityOf(file);
  if (file === null || key === null) return MODERN;
  const old = known.get(key);
  if (old !== undefined) return old;
  const asked = ask(file, place);
  known.set(key, asked);
  if (known.size > PROBES_KEPT_MAX) known.delete(known.keys().next().value ?? key);
  const answer = await asked;
  // What did not answer under load may answer the next time.
  if (answer === MODERN && known.get(key) === asked) known.delete(key);
  return answer;
}

/** A file by its path and its state: an update in place is another program. */
function identityOf(file: string): string | null {
  const stat = statSync(file, { throwIfNoEntry: false });
  return stat === undefined ? null : [file, stat.ino, stat.size, stat.mtimeMs].join('\0');
}

async function ask(file: string, place: ProbePlace): Promise<ClaudeCapabilities> {
  const [version, help] = await Promise.all([
    answerOf(file, '--version', place),
    answerOf(file, '--help', place),
  ]);
  if (help === null || !help.includes('--output-format')) return MODERN;
  return {
    version: version === null ? null : (/\d+\.\d+\.\d+\S*/.exec(version)?.[0] ?? null),
    lacks: PROBED_FLAGS.filter((flag) => !new RegExp(`(?<![-\\w])${flag}(?![-\\w])`).test(help)),
  };
}

/** Its standard output, or null; whoever holds its pipes afterwards cannot keep us. */
function answerOf(file: string, flag: string, { cwd, env }: ProbePlace): Promise<string | null> {
  return new Promise((resolve) => {
    const options = {
      cwd,
      env,
      timeout: PROBE_MS_MAX,
      maxBuffer: PROBE_BYTES_MAX,
      killSignal: 'SIGKILL' as const,
    };
    const child = execFile(file, [flag], options, (error, stdout) => {
      clearTimeout(patience);
      resolve(error === null ? stdout : null);
    });
    child.stdin?.end();
    const patience = setTimeout(() => {
      child.stdout?.destroy();
      child.stderr?.destroy();
    }, PROBE_MS_MAX + DRAIN_MS);
  });
}
