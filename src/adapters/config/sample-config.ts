import { stringify } from 'yaml';

/** What `dispatch init` asks, or takes from its flags. */
export interface SampleAnswers {
  /** Board file, relative to the folder of the configuration. */
  readonly boardPath: string;
  /** Command line that the prompt is appended to. */
  readonly command: string;
  /** Queue whose tasks are worked on. */
  readonly queueName: string;
  readonly project?: string;
  /** Where a task goes whose agent succeeds; absent = its agents move their tasks themselves. */
  readonly completedQueue?: string;
}

/** A value as YAML on one line, quoted when it must be. */
const inline = (value: string): string =>
  stringify(value, { lineWidth: 0, defaultStringType: 'PLAIN', blockQuote: false }).trimEnd();

/** A short, commented `dispatch.yaml` that loads as it is. */
export function sampleConfig(answers: SampleAnswers): string {
  const { boardPath, command, queueName, project, completedQueue } = answers;
  const completed =
    completedQueue === undefined
      ? ''
      : `    completed_queue: ${inline(completedQueue)}             # where a task goes when its agent succeeds and has not moved it\n`;
  return `# All keys: docs/configuration.md. Changes are taken up while dispatch runs.
${project === undefined ? '' : `project: ${inline(project)}\n`}board: ${inline(boardPath)}
command: ${inline(command)}                 # the prompt becomes its last argument
max_concurrent_agents: 3
routes:
  - queue_name: ${inline(queueName)}
    in_progress_queue: In Progress
${completed}    prompt_template: "Work on task {task_id}: {task_name}."
    timeout: 1800                     # seconds
    max_retries: 1
    dead_letter_queue: Failed         # where a task goes when its retries are used up
`;
}
