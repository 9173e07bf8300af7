import type { DispatchRequest } from '../../schema/dispatch.ts';

type PromptParts = Pick<DispatchRequest, 'task' | 'context' | 'caller' | 'goal' | 'responseFormat'>;

const JSON_ORDER = [
  'Answer with exactly one JSON value and nothing else: no code fences, no text before or after it.',
  'If the task cannot be done, answer {"error": "<reason>"}.',
].join('\n');

/** What the agent is told to do: the bare task, or sections in a fixed order (R-AD-034, R-AD-035, R-AD-036). */
export function composePrompt(request: PromptParts): string {
  const body = request.caller === '' && request.goal === '' ? plain(request) : sections(request);
  return request.responseFormat === 'json' ? `${body}\n\n## Response format\n${JSON_ORDER}` : body;
}

function plain({ task, context }: PromptParts): string {
  return context === '' ? task : `Context:\n${context}\n\nTask:\n${task}`;
}

function sections({ goal, caller, context, task }: PromptParts): string {
  const parts = [
    ['Goal', goal],
    ['Dispatched by', caller],
    ['Context', context],
    ['Task', task],
  ] as const;
  return parts
    .filter(([heading, text]) => text !== '' || heading === 'Task')
    .map(([heading, text]) => `## ${heading}\n${text}`)
    .join('\n\n');
}
