import { expect, test } from 'vitest';
import { AppError } from '../../../src/core/errors.ts';
import { checkPromptTemplate, renderPrompt, unknownPlaceholders } from '../../../src/core/policy/prompt.ts';

const VALUES = { task_id: '7', task_name: 'Fix {task_id} & "quotes"', task_url: 'https://board/7' };

const rendered: readonly (readonly [template: string | null, prompt: string])[] = [
  [null, 'Work on task 7: Fix {task_id} & "quotes".'],
  ['', ''],
  ['no placeholder', 'no placeholder'],
  ['{task_id}{task_id}', '77'],
  ['see {task_url}', 'see https://board/7'],
  ['{{"id": "{task_id}"}}', '{"id": "7"}'],
  ['{{task_id}}', '{task_id}'],
  ['{{{task_id}}}', '{7}'],
];
test.each(rendered)('the template %j becomes %j (R-ART-024)', (template, prompt) => {
  expect(renderPrompt(template, VALUES)).toBe(prompt);
  expect(unknownPlaceholders(template ?? '')).toEqual([]);
});

const refused: readonly (readonly [template: string, message: string])[] = [
  ['{task}', 'prompt_template: unknown placeholder {task}; known are {task_id}, {task_name}, {task_url}'],
  ['{}', 'prompt_template: unknown placeholder {}; known are {task_id}, {task_name}, {task_url}'],
  [
    '{ task_id }',
    'prompt_template: unknown placeholder { task_id }; known are {task_id}, {task_name}, {task_url}',
  ],
  ['{"a": 1}', 'prompt_template: unknown placeholder {"a": 1}; known are {task_id}, {task_name}, {task_url}'],
  ['{"a": {"b": 1} }', 'prompt_template: a single "{" belongs to no placeholder'],
  ['half {task_id', 'prompt_template: a single "{" belongs to no placeholder'],
  ['half } more', 'prompt_template: a single "}" belongs to no placeholder'],
  [
    '{constructor}',
    'prompt_template: unknown placeholder {constructor}; known are {task_id}, {task_name}, {task_url}',
  ],
];
test.each(refused)('the template %j is refused and told how to mend it (R-ART-024)', (template, message) => {
  for (const attempt of [() => checkPromptTemplate(template), () => renderPrompt(template, VALUES)]) {
    const error = thrownBy(attempt);
    expect(error).toMatchObject({
      code: 'invalid-config',
      message,
      hint: expect.stringContaining('{{ and }}'),
    });
  }
});

test('each unknown placeholder is named once', () => {
  expect(unknownPlaceholders('{a} {b} {a} {task_id}')).toEqual(['a', 'b']);
});

function thrownBy(attempt: () => unknown): unknown {
  try {
    attempt();
  } catch (error) {
    if (error instanceof AppError) return error;
    throw error;
  }
  return null;
}
