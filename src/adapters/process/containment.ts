import { CONTAINMENT_PROBE_MS_MAX } from '../../core/limits.ts';
import { probePidNamespace } from './pid-namespace.ts';
import { probeCommand } from './probe-command.ts';

/** Rungs of the ladder, best first; shown by `doctor` and recorded per run. */
export type ContainmentName = 'pid-namespace' | 'parent-death-group' | 'group';

/** How processes of a run are held together. Every rung also has its own group, the marker and the sweep. */
export interface Containment {
  readonly name: ContainmentName;
  /** Why the rungs above were not taken, for people. */
  readonly reasons: readonly string[];
  /** The argument vector that runs `argv` held this way. */
  wrap(argv: readonly string[]): readonly string[];
}

/** Runs a short command to see whether a rung works here. */
export type Probe = typeof probeCommand;

/**
 * Finds the best rung that works on this host.
 *
 * - `pid-namespace`: the kernel kills every descendant when the run ends, is killed, or this process dies, however they
 *   daemonise.
 * - `parent-death-group`: own group; the first process dies with this one, the sweep finds the others by their marker.
 * - `group`: own group and sweep alone.
 *
 * Left out on purpose: `bwrap` reports a death by signal as exit code 128+n and needs the same kernel permission as the
 * first rung; a subreaper needs native code in this process; a control group does not die with this process.
 */
export async function probeContainment(probe: Probe = probeCommand): Promise<Containment> {
  if (process.platform !== 'linux') return { name: 'group', reasons: ['not Linux'], wrap: (argv) => argv };
  const namespace = await probePidNamespace(probe);
  if (namespace.wrap !== null) return { name: 'pid-namespace', reasons: [], wrap: namespace.wrap };
  const reasons = [`no pid namespace: ${namespace.reason}`];
  const wrap = (argv: readonly string[]) => ['setpriv', '--pdeathsig', 'KILL', '--', ...argv];
  const { code } = await probe(wrap(['sh', '-c', 'exit 42']), CONTAINMENT_PROBE_MS_MAX);
  if (code === 42) return { name: 'parent-death-group', reasons, wrap };
  return { name: 'group', reasons: [...reasons, 'no setpriv --pdeathsig'], wrap: (argv) => argv };
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
