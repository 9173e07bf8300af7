import { AppError, invalidInput } from '../../core/errors.ts';
import { ROUTES_MAX } from '../../core/limits.ts';
import { checkPromptTemplate } from '../../core/policy/prompt.ts';
import { RouteConfig } from '../../core/schema/route.ts';
import type { Settings } from '../../core/schema/settings.ts';
import { agentFor, type Snapshot } from './effective-routes.ts';

function parse(config: RouteConfig): RouteConfig {
  const parsed = RouteConfig.safeParse(config);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  return invalidInput(issue?.path.join('.') || 'route', issue?.message ?? 'is not valid');
}

/** A problem of what was asked for, not of a file: the caller gets 400 and may try again. */
function asInput(error: unknown): never {
  const known =
    error instanceof AppError && (error.code === 'invalid-config' || error.code === 'agent-not-found');
  if (!known) throw error;
  throw new AppError('invalid-input', error.message, {
    ...(error.hint === undefined ? {} : { hint: error.hint }),
    ...(error.details === undefined ? {} : { details: error.details }),
    cause: error,
  });
}

/** The route, checked as a whole: types, prompt, agent and command (R-ART-003). */
export function checkRoute(config: RouteConfig, settings: Settings): RouteConfig {
  const checked = parse(config);
  try {
    if (typeof checked.prompt_template === 'string') checkPromptTemplate(checked.prompt_template);
    agentFor(checked, settings);
  } catch (error) {
    asInput(error);
  }
  return checked;
}

/** `already-exists` when the queue has a route (R-ART-022). */
export function checkFree(queueName: string, { byQueue }: Snapshot): void {
  if (byQueue.has(queueName)) {
    throw new AppError('already-exists', `queue "${queueName}" already has a route`, {
      details: { queueName },
    });
  }
}

/** One more route must fit. */
export function checkRoom({ byQueue, overlays }: Snapshot): void {
  if (byQueue.size < ROUTES_MAX && overlays.length < ROUTES_MAX) return;
  throw new AppError('conflict', `there are ${ROUTES_MAX} routes, the most a project can have`);
}
