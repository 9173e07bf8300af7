import type { LocalBrake } from './activities/host-state.ts';
import type { Project } from './compose.ts';
import { messageOf } from './core/errors.ts';
import { BRAKE_TELL_DELAY_MS, BRAKE_TELL_RETRY_MS } from './core/limits.ts';
import type { BrakeReading } from './core/ports/brake-file.ts';
import type { Control } from './core/ports/control.ts';
import type { HostState } from './core/ports/host-state.ts';
import type { Settings } from './core/schema/settings.ts';

/** What of a project the brake file is about. */
export type BrakeParts = Pick<Project, 'brake' | 'log'> & {
  settings?(): Pick<Settings, 'brakeStrict'>;
  readonly context: { readonly control: Pick<Control, 'governor' | 'arm' | 'disarm'> };
};

/** The brake file of this host: obeyed at every spawn, and passed on to the governor, both ways. */
export interface FileBrake extends LocalBrake {
  /** Follows the file until the answer is called. */
  follow(host: Pick<HostState, 'holdBack'>): () => void;
}

/**
 * The local file holds this host back by itself. Disarmed by whatever means, also by a bare Signal, it must not hold on
 * to it; but an arming that the governor has not heard of is not what was disarmed: it stays, and is told.
 */
export function createFileBrake(project: BrakeParts): FileBrake {
  const { brake, log, settings } = project;
  const strict = () => settings?.().brakeStrict === true;
  let heard: string | null = null;
  const messenger = createMessenger(project, (mark) => {
    heard = mark;
  });

  function lift(): void {
    const reading = brake.read();
    if (!reading.armed) return;
    try {
      if (reading.mark !== null && reading.mark === heard && brake.lift(reading.mark)) return;
    } catch (error) {
      log.warn({ path: brake.path, error: messageOf(error) }, 'brake file cannot be removed');
    }
    messenger.tellSoon(brake.read());
  }
  /** Nobody armed over a surface that would have written the file: it must say so, too (R-PROD-063). */
  function armFile(reason: string): void {
    if (brake.read().armed) return;
    try {
      brake.arm(reason);
    } catch (error) {
      log.warn({ path: brake.path, error: messageOf(error) }, 'brake file cannot be written');
    }
  }
  return {
    brakeHolds: () => brake.read().armed,
    turned(armed, autoReason) {
      if (!armed) return lift();
      if (autoReason !== undefined) armFile(autoReason);
      heard = brake.read().mark;
    },
    follow(host) {
      const take = (reading: BrakeReading) => {
        host.holdBack(reading.armed ? (reading.reason ?? 'brake file') : null);
        // An agent with a shell could have released it (R-PROD-065).
        if (!reading.armed && strict()) log.warn({ path: brake.path }, 'release of the brake file ignored');
        else messenger.tellSoon(reading);
      };
      // At start only an armed file says something: an absent one must not undo an arm that came another way.
      const now = brake.read();
      if (now.armed) take(now);
      else if (now.releasedAt !== undefined && !strict()) void releaseOlder(project, now.releasedAt);
      const unwatch = brake.watch(take);
      return () => {
        unwatch();
        messenger.stop();
      };
    },
  };
}

const RELEASE_TRIES_MAX = 20;
const RELEASE_PAUSE_MS = 250;

/** A release that was written while no worker was there to hear of it ends an arming that is older. */
async function releaseOlder({ context, log }: BrakeParts, releasedAt: number): Promise<void> {
  try {
    for (let tries = 0; tries < RELEASE_TRIES_MAX; tries += 1) {
      const state = await context.control.governor();
      if (state !== null) {
        if (!state.brake.armed || (state.brake.at ?? 0) >= releasedAt) return;
        await context.control.disarm({ channel: 'file', actor: 'brake file' });
        return;
      }
      await new Promise((resolve) => setTimeout(resolve, RELEASE_PAUSE_MS));
    }
  } catch (error) {
    log.warn({ error: messageOf(error) }, 'release of the brake file not passed on');
  }
}

/** Tells the governor what the file says; `onHeard`: it knows of the arming of this mark. */
function createMessenger(project: BrakeParts, onHeard: (mark: string | null) => void) {
  const { log } = project;
  let timer: NodeJS.Timeout | null = null;
  let stopped = false;
  let quiet = false;

  function tellIn(delayMs: number, reading: BrakeReading): void {
    if (stopped) return;
    if (timer !== null) clearTimeout(timer);
    timer = setTimeout(() => {
      timer = null;
      passOn(project, reading, onHeard).then(
        () => {
          quiet = false;
        },
        (error: unknown) => {
          if (!quiet) log.warn({ error: messageOf(error) }, 'brake file not passed on yet');
          quiet = true;
          // While the server is down the file holds this host alone; the governor must hear of it as soon as it can.
          if (timer === null) tellIn(BRAKE_TELL_RETRY_MS, reading);
        },
      );
    }, delayMs);
    timer.unref();
  }
  return {
    // Whoever arms over a surface writes the file first and tells the governor himself, with his name.
    tellSoon: (reading: BrakeReading) => tellIn(BRAKE_TELL_DELAY_MS, reading),
    stop() {
      stopped = true;
      if (timer !== null) clearTimeout(timer);
    },
  };
}

async function passOn(
  { brake, context, log }: BrakeParts,
  { armed, reason }: BrakeReading,
  onHeard: (mark: string | null) => void,
): Promise<void> {
  const caller = { channel: 'file', actor: 'brake file' } as const;
  const known = await context.control.governor();
  const now = brake.read();
  // Turned while we asked: told late, old news would undo what has been done since. The change itself is told next.
  if (now.armed !== armed) return;
  if (known === null || known.brake.armed === armed) {
    if (armed) onHeard(now.mark);
    return;
  }
  log.warn({ armed, reason }, 'brake file changed');
  if (!armed) {
    await context.control.disarm(caller);
    return;
  }
  const arming = context.control.arm({ reason: reason ?? 'brake file', stopRunning: false }, caller);
  // Arming writes the file anew before anything else. From here on a release means this arming, however soon it comes.
  onHeard(brake.read().mark);
  try {
    await arming;
  } catch (error) {
    onHeard(null);
    throw error;
  }
}
