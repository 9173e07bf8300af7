import { createHash } from 'node:crypto';
import type { Route, RouteConfig } from '../../core/schema/route.ts';
import type { Settings } from '../../core/schema/settings.ts';

/** A resolved route written down again, for settings that do not carry what was written. */
function writtenAs(route: Route): RouteConfig {
  const disabled = route.deadLetterQueueSource === 'disabled';
  return {
    queue_name: route.queueName,
    in_progress_queue: route.inProgressQueue,
    agent: route.agent,
    args: route.args,
    prompt_template: route.promptTemplate,
    timeout: route.timeoutSeconds ?? 'none',
    poll_interval: route.pollIntervalSeconds,
    priority: route.priority,
    max_retries: route.maxRetries,
    retry_backoff_seconds: route.retryBackoffSeconds,
    non_retryable_exit_codes: route.nonRetryableExitCodes,
    dead_letter_queue: disabled
      ? 'none'
      : route.deadLetterQueueSource === 'route'
        ? route.deadLetterQueue
        : null,
    completed_queue: route.completedQueue,
    on_external_move: route.onExternalMove,
    assignee: route.assignee,
    ...(route.pool === undefined ? {} : { pool: route.pool }),
    ...(route.failedQueue === undefined ? {} : { failed_queue: route.failedQueue }),
  };
}

/** The routes of the file or the code, as written, in registration order. */
export function writtenRoutes(settings: Settings): readonly RouteConfig[] {
  return settings.routeConfigs ?? settings.routes.map(writtenAs);
}

function sorted(value: unknown): unknown {
  if (Array.isArray(value) || typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).filter(([, field]) => field !== null && field !== undefined);
  return Object.fromEntries(
    entries.toSorted(([a], [b]) => (a < b ? -1 : 1)).map(([key, field]) => [key, sorted(field)]),
  );
}

/** Changes with every field a person wrote, and with nothing else: not with its place, not with the globals. */
export function hashOfWritten(config: RouteConfig): string {
  return createHash('sha256')
    .update(JSON.stringify(sorted(config)))
    .digest('hex');
}
