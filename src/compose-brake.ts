import type { Project } from './compose.ts';
import { messageOf } from './core/errors.ts';
import type { HostState } from './core/ports/host-state.ts';

/** The local file holds this host back by itself and is passed on to the governor, both ways. */
export function followBrakeFile(project: Project, host: HostState): () => void {
  const { context, log } = project;
  const caller = { channel: 'file', actor: 'brake file' } as const;
  const tell = async (armed: boolean, reason: string | null) => {
    const known = await context.control.governor();
    if (known === null || known.brake.armed === armed) return;
    log.warn({ armed, reason }, 'brake file changed');
    if (armed) await context.control.arm({ reason: reason ?? 'brake file', stopRunning: false }, caller);
    else await context.control.disarm(caller);
  };
  const take = ({ armed, reason }: { armed: boolean; reason: string | null }) => {
    host.holdBack(armed ? (reason ?? 'brake file') : null);
    tell(armed, reason).catch((error: unknown) =>
      log.warn({ error: messageOf(error) }, 'brake file not passed on'),
    );
  };
  // At start only an armed file says something: an absent one must not undo an arm that came another way.
  const now = project.brake.read();
  if (now.armed) take(now);
  return project.brake.watch(take);
}
