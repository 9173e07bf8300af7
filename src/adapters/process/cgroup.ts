import { existsSync, mkdirSync, readFileSync, rmdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { messageOf } from '../../core/errors.ts';
import { CONTAINMENT_PROBE_MS_MAX } from '../../core/limits.ts';
import type { Probe } from './containment.ts';

/** Steps into the control group named by the first argument, then becomes the command. */
const SCRIPT = 'echo $$ > "$0/cgroup.procs" && exec "$@"';

/** The argument vector that runs `argv` inside an existing control group. */
export function inCgroup(folder: string, argv: readonly string[]): readonly string[] {
  return ['sh', '-c', SCRIPT, folder, ...argv];
}

/** Makes the control group of one run below `base` and answers its folder. */
export function makeCgroup(base: string, runId: string): string {
  const folder = join(base, `dispatch-${runId.replaceAll(/[^\w-]/g, '_')}`);
  mkdirSync(folder, { recursive: true });
  return folder;
}

/** Kills every process in a control group, however it got there; one that is gone is no error. */
export function killCgroup(folder: string): void {
  try {
    writeFileSync(join(folder, 'cgroup.kill'), '1');
  } catch {
    // Gone already; if it is not, removing it fails and says so.
  }
}

/** Removes an empty control group; false while something lives in it. */
export function removeCgroup(folder: string): boolean {
  try {
    rmdirSync(folder);
  } catch {
    return !existsSync(folder);
  }
  return true;
}

/** Finds a folder in which we may make control groups and kill them whole, or says why there is none. */
export async function probeCgroup(
  probe: Probe,
): Promise<{ base: string; reason: '' } | { base: null; reason: string }> {
  try {
    const base = ownCgroup();
    if (base === null) return { base: null, reason: 'no version 2 hierarchy' };
    const folder = makeCgroup(base, `probe-${process.pid}`);
    try {
      if (!existsSync(join(folder, 'cgroup.kill'))) return { base: null, reason: 'kernel before 5.14' };
      const { code, said } = await probe(inCgroup(folder, ['sh', '-c', 'exit 42']), CONTAINMENT_PROBE_MS_MAX);
      return code === 42 ? { base, reason: '' } : { base: null, reason: said || 'cannot be entered' };
    } finally {
      removeCgroup(folder);
    }
  } catch (error) {
    return { base: null, reason: messageOf(error) };
  }
}

/** The control group this process is in: what a service manager gave to us, if to anybody. */
function ownCgroup(): string | null {
  const mount = /^\S+ (\S+) cgroup2 /m.exec(readFileSync('/proc/self/mounts', 'utf8'))?.[1];
  const path = /^0::(.*)$/m.exec(readFileSync('/proc/self/cgroup', 'utf8'))?.[1];
  return mount === undefined || path === undefined ? null : join(mount, path);
}
