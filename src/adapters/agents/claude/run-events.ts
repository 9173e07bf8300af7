import { EVENTS_PER_RUN_MAX } from '../../../core/limits.ts';
import type { AgentRunIo } from '../../../core/ports/agent.ts';
import type { RunEventType } from '../../../core/schema/run-event.ts';
import { EVENT_TEXT_LENGTH_MAX, FILE_LENGTH_MAX } from './bounds.ts';
import { type Bag, bagOf, cut, listOf, nameOf, textOf, wellFormed } from './lenient.ts';

/** An event of the CLI as people see it. */
export interface Told {
  readonly type: RunEventType;
  readonly data: Readonly<Record<string, unknown>>;
}

/** Passes on EVENTS_PER_RUN_MAX events; the last one says that there were more. */
export function limited(onEvent: AgentRunIo['onEvent']): (told: Told) => void {
  let events = 0;
  return ({ type, data }) => {
    events++;
    if (events < EVENTS_PER_RUN_MAX) onEvent(type, data);
    else if (events === EVENTS_PER_RUN_MAX)
      onEvent('system', { text: `More than ${events - 1} events: the rest is only in the output file.` });
  };
}

/** What one event of the CLI tells people (R-AD-055); kinds we do not know become `system`, because releases add some. */
export function toldBy(event: Bag): readonly Told[] {
  switch (event.type) {
    case 'assistant':
      return blocksOf(event).flatMap(assistantBlock);
    case 'user':
      return blocksOf(event).flatMap(userBlock);
    case 'stream_event':
      return []; // Pieces of what comes as a whole right after.
    default:
      return [systemEvent(event)];
  }
}

/** The blocks of a message; a bare text counts as one. */
export function blocksOf(event: Bag): readonly Bag[] {
  const content = bagOf(event.message)?.content;
  if (typeof content === 'string') return [{ type: 'text', text: content }];
  return listOf(content)
    .map(bagOf)
    .filter((block) => block !== null);
}

function assistantBlock(block: Bag): readonly Told[] {
  if (block.type === 'text') {
    const text = shown(block.text);
    return text === '' ? [] : [{ type: 'text', data: { text } }];
  }
  if (block.type !== 'tool_use' && block.type !== 'server_tool_use') return [];
  const tool = nameOf(block.name) ?? '?';
  const { id, input } = block;
  const data = {
    text: `Using tool: ${tool}`,
    tool,
    toolUseId: nameOf(id),
    input: shown(input),
    file: fileOf(input),
  };
  return [{ type: 'tool_use', data: withoutAbsent(data) }];
}

/** The file a tool was asked to work on; in the shortened input it may be missing. */
function fileOf(input: unknown): string | undefined {
  const bag = bagOf(input);
  const path = textOf(bag?.file_path) ?? textOf(bag?.notebook_path);
  return path === undefined || path.length > FILE_LENGTH_MAX ? undefined : wellFormed(path);
}

function userBlock(block: Bag): readonly Told[] {
  if (block.type !== 'tool_result') return [];
  const { content } = block;
  const parts = listOf(content).map((part) => textOf(bagOf(part)?.text) ?? '');
  const text = Array.isArray(content) ? cut(parts.join('\n'), EVENT_TEXT_LENGTH_MAX) : shown(content);
  const data = { text, toolUseId: nameOf(block.tool_use_id), isError: block.is_error === true };
  return [{ type: 'tool_result', data: withoutAbsent(data) }];
}

function systemEvent(event: Bag): Told {
  const kind = nameOf(event.type) ?? '?';
  const subtype = nameOf(event.subtype);
  const text =
    sentenceOf(subtype ?? kind, event) ?? cut(wellFormed(JSON.stringify(event)), EVENT_TEXT_LENGTH_MAX);
  return { type: 'system', data: withoutAbsent({ text, kind, subtype }) };
}

/** The kinds that people look for, in words. */
function sentenceOf(name: string, event: Bag): string | undefined {
  switch (name) {
    case 'init':
      return `Claude Code ${said(event.claude_code_version)} with model ${said(event.model)}`;
    case 'api_retry':
      return `API retry ${said(event.attempt)} of ${said(event.max_retries)} in ${said(event.retry_delay_ms)} ms: ${said(event.error)} (${said(event.error_status)})`;
    case 'permission_denied':
      return `Permission denied: ${said(event.tool_name)}`;
    case 'tool_progress':
      return `Still using tool: ${said(event.tool_name)}`;
    default:
      return event.type === 'result'
        ? `Result: ${name}, $${said(event.total_cost_usd)} for the conversation so far`
        : undefined;
  }
}

function said(value: unknown): string {
  return typeof value === 'string' || typeof value === 'number' ? cut(wellFormed(String(value)), 200) : '?';
}

function shown(value: unknown): string {
  if (value === undefined || value === null) return '';
  const text = textOf(value) ?? wellFormed(JSON.stringify(value));
  return cut(text, EVENT_TEXT_LENGTH_MAX);
}

const withoutAbsent = (data: Record<string, unknown>): Record<string, unknown> =>
  Object.fromEntries(Object.entries(data).filter(([, value]) => value !== undefined));
