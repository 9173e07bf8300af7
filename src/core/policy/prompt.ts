import { AppError } from '../errors.ts';

/** What a prompt template may name (R-ART-024). */
export const PROMPT_PLACEHOLDERS = ['task_id', 'task_name', 'task_url'] as const;
export type PromptValues = Readonly<Record<(typeof PROMPT_PLACEHOLDERS)[number], string>>;

/** The template of a route that has none (R-ART-024). */
export const DEFAULT_PROMPT_TEMPLATE = 'Work on task {task_id}: {task_name}.';

type Part = { readonly text: string } | { readonly placeholder: string };

/**
 * Fills a template, or the default one. Values are put in as they are, braces included; a brace of the template
 * itself is written twice. Throws `invalid-config` on anything else in braces.
 */
export function renderPrompt(template: string | null, values: PromptValues): string {
  const rendered = partsOf(template ?? DEFAULT_PROMPT_TEMPLATE).map((part) => {
    if ('text' in part) return part.text;
    if (isKnown(part.placeholder)) return values[part.placeholder];
    throw unknownPlaceholder(part.placeholder);
  });
  return rendered.join('');
}

/** What stands in braces without being a placeholder; to be refused when a route is loaded. */
export function unknownPlaceholders(template: string): readonly string[] {
  const names = partsOf(template).flatMap((part) => ('placeholder' in part ? [part.placeholder] : []));
  return [...new Set(names.filter((name) => !isKnown(name)))];
}

/** Throws `invalid-config` that names the first unknown placeholder and the fix. */
export function checkPromptTemplate(template: string): void {
  const [first] = unknownPlaceholders(template);
  if (first !== undefined) throw unknownPlaceholder(first);
}

function unknownPlaceholder(name: string): AppError {
  const hint = 'write {{ and }} for braces that are meant as they are, for instance in JSON';
  const details = { field: 'prompt_template', placeholder: name };
  if (name === '{' || name === '}') {
    return new AppError('invalid-config', `prompt_template: a single "${name}" belongs to no placeholder`, {
      hint,
      details,
    });
  }
  const known = PROMPT_PLACEHOLDERS.map((placeholder) => `{${placeholder}}`).join(', ');
  const shown = name.length > SHOWN_MAX ? `${name.slice(0, SHOWN_MAX)}…` : name;
  return new AppError(
    'invalid-config',
    `prompt_template: unknown placeholder {${shown}}; known are ${known}`,
    {
      hint: 'write {{ and }} for braces that are meant as they are, for instance in JSON',
      details: { field: 'prompt_template', placeholder: name },
    },
  );
}

/** `{{`, `}}`, a brace with what it encloses, a lone brace, or plain text. */
const TOKEN = /\{\{|\}\}|\{([^{}]*)\}|[{}]|[^{}]+/g;

function partsOf(template: string): readonly Part[] {
  return [...template.matchAll(TOKEN)].map(([token, placeholder]): Part => {
    if (token === '{{' || token === '}}') return { text: token.charAt(0) };
    if (placeholder !== undefined) return { placeholder };
    return token === '{' || token === '}' ? { placeholder: token } : { text: token };
  });
}

const SHOWN_MAX = 60;

const isKnown = (name: string): name is keyof PromptValues =>
  (PROMPT_PLACEHOLDERS as readonly string[]).includes(name);
