import { z } from 'zod';
import { invalidInput } from '../core/errors.ts';
import { QUEUE_NAME_LENGTH_MAX } from '../core/limits.ts';
import { nameOf } from '../core/policy/governor/pause.ts';

/** What can be paused. */
export const PauseScope = z.enum(['project', 'route', 'agent']);
/** What can go on again: an account is paused by its own limit alone (R-SYS-021). */
export const UnpauseScope = z.enum([...PauseScope.options, 'account']);
export const PauseName = z.string().min(1).max(QUEUE_NAME_LENGTH_MAX);

/** Scope and name that fit together: all but the project have a name. */
export function pauseTarget<Scope extends z.infer<typeof UnpauseScope>>(
  scope: Scope,
  name: string | undefined,
): { scope: Scope; name: string | null } {
  if (scope === 'project') {
    if (name !== undefined) invalidInput('name', 'the project has no name here; leave it out');
    return { scope, name: null };
  }
  return { scope, name: nameOf({ scope, name: name ?? invalidInput('name', `say which ${scope}`) }) };
}
