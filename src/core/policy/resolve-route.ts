import type { Route, RouteConfig } from '../schema/route.ts';
import { type RouteGlobals, resolveAgent } from './resolve-agent.ts';

/** Where a claimed task goes when the route does not say (R-ART-016). */
export const IN_PROGRESS_QUEUE = 'In Progress';

/**
 * A route with every default filled in. Absent and null inherit; `none` (and `false` for the dead-letter queue)
 * switch off what a global sets (R-ART-052, 053, 069, 070, 071).
 */
export function resolveRoute(
  config: RouteConfig,
  globals: RouteGlobals,
  index: number,
  origin: Route['origin'],
): Route {
  const { defaults } = globals;
  const agent = resolveAgent(config, globals);
  return {
    queueName: config.queue_name,
    inProgressQueue: config.in_progress_queue ?? IN_PROGRESS_QUEUE,
    agent: agent.name,
    args: config.args ?? [],
    promptTemplate: config.prompt_template ?? null,
    timeoutSeconds: agent.timeoutSeconds,
    pollIntervalSeconds: config.poll_interval ?? defaults.pollIntervalSeconds,
    priority: config.priority ?? null,
    maxRetries: config.max_retries ?? defaults.maxRetries,
    retryBackoffSeconds: config.retry_backoff_seconds ?? defaults.retryBackoffSeconds,
    nonRetryableExitCodes: config.non_retryable_exit_codes ?? [],
    ...deadLetter(config.dead_letter_queue, defaults.deadLetterQueue),
    completedQueue: config.completed_queue ?? null,
    onExternalMove: config.on_external_move ?? 'keep',
    assignee: config.assignee ?? null,
    ...(config.pool ? { pool: config.pool } : {}),
    ...(config.failed_queue ? { failedQueue: config.failed_queue } : {}),
    origin,
    index,
  };
}

function deadLetter(
  own: RouteConfig['dead_letter_queue'],
  inherited: string | null,
): Pick<Route, 'deadLetterQueue' | 'deadLetterQueueSource'> {
  if (own === 'none' || own === false) return { deadLetterQueue: null, deadLetterQueueSource: 'disabled' };
  if (own !== null && own !== undefined) return { deadLetterQueue: own, deadLetterQueueSource: 'route' };
  return { deadLetterQueue: inherited, deadLetterQueueSource: inherited === null ? 'unset' : 'global' };
}
