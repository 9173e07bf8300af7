/** What a role is told of a task. */
export interface RoleTask {
  readonly role: string;
  readonly project: string;
  readonly taskId: string;
  readonly title: string;
  readonly sprintId: string | null;
  readonly description: string;
  readonly payload: Readonly<Record<string, unknown>>;
  /** What the try before came to; null = this is the first. */
  readonly previous: PreviousAttempt | null;
}

/** A failed try, as far as it helps the next one (R-PROD-041). */
export interface PreviousAttempt {
  readonly reason: string;
  /** Last of its answer or output. */
  readonly tail: string;
  /** Said by whoever sent the task back. */
  readonly note?: string;
}

const TAIL_LENGTH_MAX = 4_000;

/** Named in each prompt, because the role file holds for every task and knows none of them (R-PROD-038, R-PROD-094). */
const CONTRACT = [
  'Use only the tools your role is granted.',
  'Record every decision you make: `dispatch decision add "<what>" "<why>" --kind <kind>` (MCP tool record_decision, or POST $DISPATCH_API_URL/decisions).',
  'Register every piece that can be shipped: `dispatch asset add <path> --asset-type <type>` (MCP tool record_asset, or POST $DISPATCH_API_URL/assets).',
  'What is beyond your authority goes as a task to the role that has it: `dispatch task file --agent <role> --title "<title>" --description "<what and why>"` (MCP tool file_task, or POST $DISPATCH_API_URL/ledger/tasks).',
  'What only a person can decide is asked: `dispatch ask "<question>"` (MCP tool ask_question, or POST $DISPATCH_API_URL/tasks/$TASK_ID/questions); then end your turn, the answer comes to you.',
  'Stop when the deliverable is there: the task is moved on for you. End with the line `STATUS: done`, or `STATUS: partial` or `STATUS: blocked` and why.',
];

/**
 * The message a role gets for a task; its role file is the system prompt. Blocks stand one blank line apart and no value
 * changes the layout (R-PROD-037).
 */
export function rolePrompt(task: RoleTask): string {
  const blocks = [
    `You are the ${titleOf(task.role)} agent for ${task.project}.`,
    [`Task ID: ${task.taskId}`, `Title: ${task.title}`, `Sprint: ${task.sprintId ?? '(none)'}`].join('\n'),
    `Description:\n${task.description}`,
    `Payload:\n${JSON.stringify(task.payload, null, 2)}`,
    ['Operating contract:', ...CONTRACT.map((point) => `* ${point}`)].join('\n'),
    ...(task.previous === null ? [] : [previousAttempt(task.previous)]),
  ];
  return `${blocks.join('\n\n')}\n`;
}

/** Each word of a role's name with a capital: `front-end` is Front-End. */
const titleOf = (role: string): string =>
  role.toLowerCase().replaceAll(/\p{L}+/gu, (word) => word.charAt(0).toUpperCase() + word.slice(1));

function previousAttempt({ reason, tail, note }: PreviousAttempt): string {
  const kept = tail.trim().slice(-TAIL_LENGTH_MAX);
  return [
    'Previous attempt:',
    reason,
    ...(note === undefined ? [] : [`Note: ${note}`]),
    ...(kept === '' ? [] : ['It ended with:', kept]),
  ].join('\n');
}
