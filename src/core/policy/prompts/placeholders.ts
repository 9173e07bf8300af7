import type { PromptParts } from './prompt-lines.ts';
import type { PromptFault } from './vocabulary.ts';

/** `{{name}}`; behind a dollar it is another language's. */
const BRACES = /(?<!\$)\{\{[^{}\n]{0,80}\}\}/g;
/** What the templates call their values; nothing fills them in a prompt, and no environment defines them. */
const TEMPLATE_VALUE = /\$\{?(?:role_title|role|project_name|project_root|PROJECT_ROOT)\b\}?/g;
/** `<what it is>`; in code it is how a command is written down, which is for the agent to fill in. */
const ANGLES = /<([A-Za-z][^<>\n]{0,80})>/g;
const HTML =
  /^(?:br|hr|img|a|p|b|i|em|strong|code|pre|kbd|sub|sup|ul|ol|li|table|tr|td|th|div|span|details|summary)\b/i;

/** Places that were to be filled in and are not. */
export function placeholderFaults({ lines, comments }: PromptParts): readonly PromptFault[] {
  const closed = new Set(
    lines.flatMap(({ prose }) => [...prose.matchAll(/<\/([^<>\s]+)>/g)].map(([, tag]) => tag)),
  );
  const isMarkup = (inner: string): boolean =>
    HTML.test(inner) || inner.endsWith('/') || closed.has(inner.split(/\s/)[0]) || /[@:]/.test(inner);
  const found = lines.flatMap(({ number, prose, code }) => {
    const everywhere = [prose, ...code].join('\n');
    const names = [
      ...[...everywhere.matchAll(BRACES)].map(([whole]) => whole),
      ...[...everywhere.matchAll(TEMPLATE_VALUE)].map(([whole]) => whole),
      ...[...prose.matchAll(ANGLES)].flatMap(([whole, inner = '']) => (isMarkup(inner) ? [] : whole)),
    ];
    return [...new Set(names)].map((name) => ({
      line: number,
      text: `${name} is filled in by nobody`,
      fix: FILL,
    }));
  });
  const remarks = comments.map((line) => ({
    line,
    text: 'a comment: the agent is told it as it stands',
    fix: REPLACE,
  }));
  return [...found, ...remarks];
}

const FILL = 'write what it stands for; what concerns one task belongs into the task';
const REPLACE = 'write out what it asks for, or take it away';
