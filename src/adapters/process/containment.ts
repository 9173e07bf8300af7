import { CONTAINMENT_PROBE_MS_MAX } from '../../core/limits.ts';
import { inCgroup, makeCgroup, probeCgroup } from './cgroup.ts';
import { probePidNamespace } from './pid-namespace.ts';
import { probeCommand } from './probe-command.ts';

/** Rungs of the ladder, best first; shown by `doctor` and recorded per run. */
export type ContainmentName = 'pid-namespace' | 'cgroup' | 'parent-death-group' | 'group';

/** How processes of a run are held together. Every rung also has its own group, the marker and the sweep. */
export interface Containment {
  readonly name: ContainmentName;
  /** Why the rungs above were not taken, for people. */
  readonly reasons: readonly string[];
  /** Makes ready what holds one run; called right before its spawn. */
  hold(argv: readonly string[], runId: string): Held;
}

/** A run's command as it is really started. */
export interface Held {
  readonly argv: readonly string[];
  /** Folder of its control group: the sweep kills and removes it. */
  readonly cgroup?: string;
  /** Says on descriptor 3 which process is PID 1 of its namespace. */
  readonly tellsInit?: boolean;
}

/** Runs a short command to see whether a rung works here. */
export type Probe = typeof probeCommand;

/** Own group and sweep alone: works everywhere, and daemons that drop their environment escape it. */
export const plainGroup: Containment = { name: 'group', reasons: [], hold: (argv) => ({ argv }) };

/**
 * Finds the best rung that works on this host.
 *
 * - `pid-namespace`: the kernel kills every descendant when the run ends, is killed, or this process dies, however they
 *   daemonise. Above the control group, which would outlive this process.
 * - `cgroup`: where a service manager gave us one to write; kills every descendant when the run ends.
 * - `parent-death-group`: own group; the first process dies with this one, the sweep finds the others by their marker.
 * - `group`: own group and sweep alone.
 *
 * Left out on purpose: `bwrap` reports a death by signal as exit code 128+n and needs the same kernel permission as the
 * first rung; a subreaper needs native code in this process.
 */
export async function probeContainment(probe: Probe = probeCommand): Promise<Containment> {
  if (process.platform !== 'linux') return { ...plainGroup, reasons: ['not Linux'] };
  const namespace = await probePidNamespace(probe);
  if (namespace.wrap !== null) {
    const { wrap } = namespace;
    return { name: 'pid-namespace', reasons: [], hold: (argv) => ({ argv: wrap(argv), tellsInit: true }) };
  }
  const { code } = await probe(dyingWithParent(['sh', '-c', 'exit 42']), CONTAINMENT_PROBE_MS_MAX);
  const diesWithParent = code === 42;
  const leading = (argv: readonly string[]) => (diesWithParent ? dyingWithParent(argv) : argv);
  const reasons = [`no pid namespace: ${namespace.reason}`];

  const group = await probeCgroup(probe);
  if (group.base !== null) {
    const { base } = group;
    const hold = (argv: readonly string[], runId: string) => {
      const cgroup = makeCgroup(base, runId);
      return { argv: leading(inCgroup(cgroup, argv)), cgroup };
    };
    return { name: 'cgroup', reasons, hold };
  }
  reasons.push(`no control group: ${group.reason}`);
  if (diesWithParent)
    return { name: 'parent-death-group', reasons, hold: (argv) => ({ argv: leading(argv) }) };
  return { ...plainGroup, reasons: [...reasons, 'no setpriv --pdeathsig'] };
}

function dyingWithParent(argv: readonly string[]): readonly string[] {
  return ['setpriv', '--pdeathsig', 'KILL', '--', ...argv];
}

let cached: Promise<Containment> | undefined;

/** What passes: a host that was short of files or processes while it was probed is probed again. */
const PASSING = /EMFILE|ENFILE|EAGAIN|ENOMEM|temporarily unavailable/;

/** The rung of this host, probed once per process. */
export function hostContainment(): Promise<Containment> {
  cached ??= probeContainment().then((found) => {
    if (found.reasons.some((reason) => PASSING.test(reason))) cached = undefined;
    return found;
  });
  return cached;
}
