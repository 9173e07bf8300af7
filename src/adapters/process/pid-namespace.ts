import { CONTAINMENT_PROBE_MS_MAX } from '../../core/limits.ts';
import type { Probe } from './containment.ts';

type Wrap = (argv: readonly string[]) => readonly string[];

/**
 * Makes two processes in a fresh pid namespace. The first becomes its PID 1: a shell that waits for a sleeper, so it reaps
 * orphans, ignores TERM, and takes the whole namespace with it when it dies. The second is the agent, so the agent is
 * not PID 1 and takes signals as usual. What the caller sees as its child is `unshare`, which waits for the agent, ends
 * with exactly its exit code or signal, ignores INT and TERM, and by its death kills PID 1.
 *
 * A parent may die before its child has asked for the parent-death signal, so both look once after they have: the shell
 * whether the worker (first argument) still is its parent, PID 1 whether the shell's process still runs.
 *
 * Descriptor 3, where there is one, hears which process PID 1 is: its end proves that of all others in there.
 */
const scriptOf = (diesWithWorker: string) => `
[ "$PPID" = "$1" ] || exit 1
shift
(cd /; exec setpriv --pdeathsig KILL sh -c '${pidOne()}' dispatch-init $$) </dev/null >/dev/null 2>&1 3>&- &
{ echo $! >&3; } 2>/dev/null
exec 3>&-
exec ${diesWithWorker} unshare --fork --kill-child --propagation slave --mount-proc -- "$@"
`;

/** Its view of the processes is still that of the host, so it knows the shell by its pid there. */
function pidOne(): string {
  const look = 'read -r pid name state rest < /proc/$1/stat && [ "$state" != Z ] || exit 1';
  return `${look}; while :; do sleep 2147483647; done`;
}

/** As root, the namespace is made directly, and what setpriv asked for at first still holds. */
const asRoot: Wrap = (argv) => namespaced([], scriptOf(''), argv);

/**
 * As anybody else through a user namespace, in which the agent keeps its user id and gets no capabilities. Entering it
 * takes back the parent-death signal, which therefore is asked for once more.
 */
const asUser: Wrap = (argv) =>
  namespaced(['--user', '--map-current-user', '--keep-caps'], scriptOf('setpriv --pdeathsig KILL'), [
    'setpriv',
    '--ambient-caps',
    '-all',
    '--inh-caps',
    '-all',
    '--',
    ...argv,
  ]);

function namespaced(flags: readonly string[], script: string, argv: readonly string[]): readonly string[] {
  const unshare = [
    'unshare',
    ...flags,
    '--pid',
    '--',
    'sh',
    '-c',
    script,
    'dispatch-run',
    String(process.pid),
  ];
  return ['setpriv', '--pdeathsig', 'KILL', '--', ...unshare, ...argv];
}

/** Finds the form that works here, or says why none does. */
export async function probePidNamespace(
  probe: Probe,
): Promise<{ wrap: Wrap; reason: '' } | { wrap: null; reason: string }> {
  let reason = 'not permitted';
  for (const wrap of process.getuid?.() === 0 ? [asRoot, asUser] : [asUser]) {
    const exit = await probe(wrap(['sh', '-c', 'exit 143']), CONTAINMENT_PROBE_MS_MAX);
    const death = await probe(wrap(['sh', '-c', 'kill -TERM $$']), CONTAINMENT_PROBE_MS_MAX);
    if (exit.code === 143 && death.signal === 'SIGTERM') return { wrap, reason: '' };
    reason = exit.said || death.said || reason;
  }
  return { wrap: null, reason };
}
