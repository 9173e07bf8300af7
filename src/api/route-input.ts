import { z } from 'zod';
import { RouteConfig } from '../core/schema/route.ts';
import { queueName } from './fields.ts';

const DESCRIPTIONS: Readonly<Record<keyof RouteConfig, string>> = {
  queue_name: 'Queue the route watches',
  in_progress_queue: 'Where a task is while its agent runs',
  agent: 'Name of an agent of the configuration',
  command: 'Command line of the agent, instead of a named agent',
  args: 'Arguments placed between command and prompt',
  prompt_template: 'Prompt with {task_id} and {task_name}',
  prompt_via: 'How the prompt reaches the agent',
  cwd: 'Folder the agent works in',
  env: 'Variables added for the agent',
  timeout: 'Seconds a run may take, or none',
  silence_timeout: 'Seconds a run may be silent, or none',
  poll_interval: 'Seconds between two looks at the queue',
  priority: 'Lower is served first',
  max_retries: 'How often a failed task is tried again',
  retry_backoff_seconds: 'Pause before a retry, doubled each time',
  non_retryable_exit_codes: 'Exit codes after which another try cannot help',
  dead_letter_queue: 'Where a task goes when its retries are used up, or none',
  completed_queue: 'Where a task goes when its agent succeeded',
  on_external_move: 'What happens to a run when somebody moves its task',
  assignee: 'Who is assigned at pick-up',
  pool: 'Pool whose slots its runs take; default routes',
  failed_queue: 'Where a task goes that no further try can help; default the dead-letter queue',
};

/** The fields of a route as an API call gives them, each with a word about it. */
export const RouteInput = described(RouteConfig).extend({ queue_name: queueName(DESCRIPTIONS.queue_name) });

function described(config: typeof RouteConfig): typeof RouteConfig {
  const shape = Object.entries(config.shape).map(([name, schema]) => [
    name,
    schema.describe(DESCRIPTIONS[name as keyof RouteConfig]),
  ]);
  return z.object(Object.fromEntries(shape)) as typeof RouteConfig;
}
