import { z } from 'zod';
import { invalidInput } from '../core/errors.ts';
import { QUEUE_NAME_LENGTH_MAX } from '../core/limits.ts';

/** What can be paused. */
export const PauseScope = z.enum(['project', 'route', 'agent']);
export const PauseName = z.string().min(1).max(QUEUE_NAME_LENGTH_MAX);

/** Scope and name that fit together: a route and an agent have a name, the project has none. */
export function pauseTarget(
  scope: z.infer<typeof PauseScope>,
  name: string | undefined,
): { scope: z.infer<typeof PauseScope>; name: string | null } {
  if (scope === 'project') {
    if (name !== undefined) invalidInput('name', 'the project has no name here; leave it out');
    return { scope, name: null };
  }
  return { scope, name: name ?? invalidInput('name', `say which ${scope}`) };
}
