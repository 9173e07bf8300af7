import type { Project } from './compose.ts';
import { messageOf } from './core/errors.ts';
import { BRAKE_TELL_DELAY_MS, BRAKE_TELL_RETRY_MS } from './core/limits.ts';
import type { BrakeReading } from './core/ports/brake-file.ts';
import type { HostState } from './core/ports/host-state.ts';

/** The local file holds this host back by itself and is passed on to the governor, both ways. */
export function followBrakeFile(project: Project, host: HostState): () => void {
  const { brake, log } = project;
  let timer: NodeJS.Timeout | null = null;
  let quiet = false;

  function tellSoon(reading: BrakeReading, delayMs: number): void {
    if (timer !== null) clearTimeout(timer);
    timer = setTimeout(() => {
      timer = null;
      passOn(project, reading).then(
        () => {
          quiet = false;
        },
        (error: unknown) => {
          if (!quiet) log.warn({ error: messageOf(error) }, 'brake file not passed on yet');
          quiet = true;
          // While the server is down the file holds this host alone; the governor must hear of it as soon as it can.
          if (timer === null) tellSoon(reading, BRAKE_TELL_RETRY_MS);
        },
      );
    }, delayMs);
    timer.unref();
  }
  const take = (reading: BrakeReading) => {
    host.holdBack(reading.armed ? (reading.reason ?? 'brake file') : null);
    // Whoever arms over a surface writes the file first and tells the governor himself, with his name.
    tellSoon(reading, BRAKE_TELL_DELAY_MS);
  };
  // At start only an armed file says something: an absent one must not undo an arm that came another way.
  const now = brake.read();
  if (now.armed) take(now);
  const unwatch = brake.watch(take);
  return () => {
    unwatch();
    if (timer !== null) clearTimeout(timer);
  };
}

async function passOn({ context, log }: Project, { armed, reason }: BrakeReading): Promise<void> {
  const caller = { channel: 'file', actor: 'brake file' } as const;
  const known = await context.control.governor();
  if (known === null || known.brake.armed === armed) return;
  log.warn({ armed, reason }, 'brake file changed');
  if (armed) await context.control.arm({ reason: reason ?? 'brake file', stopRunning: false }, caller);
  else await context.control.disarm(caller);
}
