import { z } from 'zod';
import type { RouteTable } from '../../core/ports/route-table.ts';
import type { Route } from '../../core/schema/route.ts';

/** A route with its effective values (R-ART-106); environment variables by name only. */
export const WireRoute = z.strictObject({
  queue_name: z.string(),
  in_progress_queue: z.string(),
  args: z.array(z.string()),
  command: z.string(),
  /** Seconds; null = none. */
  timeout: z.number().nullable(),
  poll_interval: z.number(),
  priority: z.int().nullable(),
  max_retries: z.int(),
  dead_letter_queue: z.string().nullable(),
  agent: z.string(),
  origin: z.enum(['code', 'api']),
  dead_letter_queue_source: z.enum(['route', 'global', 'disabled', 'unset']),
  completed_queue: z.string().nullable(),
  prompt_template: z.string().nullable(),
  retry_backoff_seconds: z.number(),
  non_retryable_exit_codes: z.array(z.int()),
  on_external_move: z.enum(['keep', 'cancel']),
  assignee: z.string().nullable(),
});
export type WireRoute = z.infer<typeof WireRoute>;

/** Quotes an argument only when a reader could not tell where it ends. */
const quoted = (argument: string): string =>
  /^[\w@%+=:,./-]+$/.test(argument) ? argument : `'${argument.replaceAll("'", `'\\''`)}'`;

/** A route as the API shows it. */
export async function wireRoute(routes: RouteTable, route: Route): Promise<WireRoute> {
  const agent = await routes.agentOf(route);
  return {
    queue_name: route.queueName,
    in_progress_queue: route.inProgressQueue,
    args: route.args,
    command: agent.command.map(quoted).join(' '),
    timeout: route.timeoutSeconds,
    poll_interval: route.pollIntervalSeconds,
    priority: route.priority,
    max_retries: route.maxRetries,
    dead_letter_queue: route.deadLetterQueue,
    agent: route.agent,
    origin: route.origin,
    dead_letter_queue_source: route.deadLetterQueueSource,
    completed_queue: route.completedQueue,
    prompt_template: route.promptTemplate,
    retry_backoff_seconds: route.retryBackoffSeconds,
    non_retryable_exit_codes: route.nonRetryableExitCodes,
    on_external_move: route.onExternalMove,
    assignee: route.assignee,
  };
}

/** What of a route uses a queue, as short words for the person who wants to delete it. */
export function usesOfQueue(routes: readonly Route[], queueName: string): string[] {
  return routes.flatMap((route) => {
    const uses: readonly (readonly [string, string | null])[] = [
      ['source', route.queueName],
      ['in progress', route.inProgressQueue],
      ['completed', route.completedQueue],
      ['dead letter', route.deadLetterQueue],
    ];
    return uses.filter(([, name]) => name === queueName).map(([use]) => `route ${route.queueName} (${use})`);
  });
}
