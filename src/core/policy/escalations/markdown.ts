import type { Escalation, Resolution } from '../../ports/escalations.ts';
import { escalationCommands } from './commands.ts';
import { ESCALATION_LINE_LENGTH_MAX, ESCALATION_TEXT_LENGTH_MAX } from './limits.ts';

/**
 * The case of a task that agents could not finish: ai-producer's layout first, then what we know more (R-PROD-066). Its
 * headings begin at column 0 whatever the task says, and nothing a task says becomes a heading.
 */
export function escalationMarkdown(escalation: Escalation): string {
  const { taskId, title, agent, sprint, reason, at, description, payload } = escalation;
  const parts = [
    `# Escalation: ${line(title)}`,
    [
      `**Task ID:** ${code(taskId)}`,
      `**Agent:** ${line(agent)}`,
      `**Sprint:** ${sprint === null ? '(none)' : line(sprint)}`,
      `**Reason:** ${line(reason)}`,
      `**Time:** ${at}`,
    ].join('\n'),
    `## Description\n\n${prose(description)}`,
    `## Payload\n\n${fenced(JSON.stringify(payload, null, 2), 'json')}`,
    `## Recommended action\n\n${RECOMMENDED}`,
    ...ours(escalation),
  ];
  return `${parts.join('\n\n')}\n`;
}

const RECOMMENDED = [
  'Review what failed, then do one of these:',
  '',
  '1. Try it again, with a changed payload or a note to the agent (status back to `pending`).',
  '2. Give the task up (status `killed`).',
  '3. Give it to another agent (another `agent_owner`, status `pending`).',
].join('\n');

function ours(escalation: Escalation): readonly string[] {
  const { attempts, tail, decisions } = escalation;
  const runs = attempts.map(
    ({ attempt, agent, startedAt, endedAt, outcome, reason }) =>
      `- Run ${attempt} of ${line(agent)}, ${startedAt} to ${endedAt ?? 'now'}: ${line(outcome)}${reason === null ? '' : ` (${line(reason)})`}`,
  );
  const choices = decisions.map(
    ({ madeAt, agent, kind, decision, rationale }) =>
      `- ${madeAt}, ${line(agent)}, ${line(kind)}: ${line(decision)} (${line(rationale)})`,
  );
  return [
    `## Attempts\n\n${runs.length === 0 ? '(none)' : runs.join('\n')}`,
    ...(tail.trim() === '' ? [] : [`## Last output\n\n${fenced(plain(tail).trimEnd(), 'text')}`]),
    ...(choices.length === 0 ? [] : [`## Decisions\n\n${choices.join('\n')}`]),
    `## Commands\n\n${fenced(escalationCommands(escalation).join('\n'), 'sh')}`,
  ];
}

/** What is added when a person has resolved it. */
export function resolutionMarkdown({ at, by, action, note }: Resolution): string {
  const said = note === null || note.trim() === '' ? '' : `\n${prose(note)}\n`;
  return `\n## Resolution\n\n**Action:** ${line(action)}\n**By:** ${line(by)}\n**Time:** ${at}\n${said}`;
}

/** One line, bounded; control characters and what would begin a comment are shown, not obeyed. */
const line = (text: string): string =>
  clip(plain(text).replaceAll(/\s+/g, ' ').trim(), ESCALATION_LINE_LENGTH_MAX).replaceAll('<!--', '&lt;!--');

/** An id between backticks: none of its own may end them. */
const code = (text: string): string => `\`${line(text).replaceAll('`', "'")}\``;

/** Text of a task: its headings are no headings here, and a fence it leaves open ends with it. */
function prose(text: string): string {
  const clipped = clip(plain(text), ESCALATION_TEXT_LENGTH_MAX).replaceAll('<!--', '&lt;!--');
  let open: string | null = null;
  const lines = clipped.split('\n').map((each) => {
    const fence = /^ {0,3}(`{3,}|~{3,})/.exec(each)?.[1] ?? null;
    if (open !== null) {
      if (fence?.startsWith(open) === true && each.trim() === fence) open = null;
      return each;
    }
    if (fence !== null) {
      open = fence;
      return each;
    }
    return each.replace(/^( {0,3})(#{1,6}(?:\s|$)|=+\s*$|-+\s*$)/, '$1\\$2');
  });
  return [...lines, ...(open === null ? [] : [open])].join('\n');
}

/** A block whose fence is longer than any in it. */
function fenced(text: string, language: string): string {
  const longest = Math.max(2, ...[...text.matchAll(/`+/g)].map(([run]) => run.length));
  const fence = '`'.repeat(longest + 1);
  return `${fence}${language}\n${text}\n${fence}`;
}

const clip = (text: string, lengthMax: number): string =>
  text.length <= lengthMax ? text : `${text.slice(0, lengthMax)}…`;

// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for.
const CONTROLS = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f]/g;

const plain = (text: string): string => text.replaceAll(/\r\n?/g, '\n').replaceAll(CONTROLS, '�');
