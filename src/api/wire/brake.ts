import { z } from 'zod';
import type { Brake, GovernorState, Pause } from '../../core/policy/governor/state.ts';
import { isoTime, isoTimeOrNull } from './time.ts';

/** The project's brake as every surface shows it. */
export const WireBrake = z.strictObject({
  armed: z.boolean(),
  reason: z.string().nullable(),
  by: z.string().nullable(),
  at: z.string().nullable(),
  /** Counts every arm and disarm. */
  epoch: z.int(),
});
export type WireBrake = z.infer<typeof WireBrake>;

/** A pause of the project, of a route, of an agent, or of the account that agents run on. */
export const WirePause = z.strictObject({
  scope: z.enum(['project', 'route', 'agent', 'account']),
  name: z.string().nullable(),
  reason: z.string().nullable(),
  by: z.string(),
  at: z.string(),
  /** When it ends by itself; null = when somebody ends it. */
  until: z.string().nullable(),
});
export type WirePause = z.infer<typeof WirePause>;

const RELEASED: Brake = { armed: false, epoch: 0, reason: null, by: null, at: null };

/** A project without a saved governor has never been stopped. */
export function wireBrake(governor: GovernorState | null): WireBrake {
  const brake = governor?.brake ?? RELEASED;
  return {
    armed: brake.armed,
    reason: brake.reason,
    by: brake.by,
    at: isoTimeOrNull(brake.at),
    epoch: brake.epoch,
  };
}

export const wirePause = (pause: Pause): WirePause => ({
  scope: pause.scope,
  name: pause.name,
  reason: pause.reason,
  by: pause.by,
  at: isoTime(pause.at),
  until: isoTimeOrNull(pause.until ?? null),
});
