import { OUTPUT_TAIL_BYTES_MAX } from '../../../core/limits.ts';
import type { TokensByModel } from '../../../core/schema/price-table.ts';
import type { OutputStream } from '../../process/output-pump.ts';
import { createOutputTail } from '../../process/output-tail.ts';
import { EVENT_TEXT_LENGTH_MAX, LAST_WORDS_LENGTH_MAX, PLAIN_TEXT_BYTES_MAX } from './bounds.ts';
import { type Bag, bagOf, cut, nameOf, numberOf, textOf } from './lenient.ts';
import { type ClaudeResult, deniedToolsOf, toResult } from './result-event.ts';
import { blocksOf, type Told, toldBy } from './run-events.ts';
import { addResult, NO_SUMS, type RunSums } from './run-sums.ts';
import { createSpend } from './spend.ts';

/** What the output of a run said, read to its end. */
export interface ClaudeReading extends RunSums {
  /** The last one: background work makes a run end more than once. */
  readonly result: ClaudeResult | null;
  /** The result that was there when the run was told to stop: it outranks a timeout (R-ADX-012). */
  readonly resultBeforeStop: ClaudeResult | null;
  /** Tokens of its messages: a lower bound. */
  readonly messageTokens: TokensByModel;
  readonly sessionId: string | undefined;
  readonly model: string | undefined;
  /** Did it speak the protocol at all? */
  readonly spoke: boolean;
  /** What the model said last. */
  readonly lastWords: string;
  /** Output that is no event, for agents that do not speak the protocol (R-AD-046). */
  readonly plainText: string;
  readonly stderr: string;
  /** The error of the last synthetic message, such as `rate_limit`. */
  readonly apiError: string | undefined;
  /** When the account's limit ends, epoch ms, told as a figure. */
  readonly limitResetAt: number | undefined;
  /** Tools whose calls were refused, as told while it ran. */
  readonly deniedTools: readonly string[];
  /** A line was too long to be read. */
  readonly cutLine: boolean;
}

/** Reads both pipes of one run. */
export interface ClaudeReader {
  /** Takes a line; the buffer is only valid during the call. */
  line(stream: OutputStream, line: Buffer, droppedBytes: number): void;
  /** The run was told to stop: what comes now is its answer to that. */
  stopping(): void;
  reading(): ClaudeReading;
}

const BRACE = 0x7b;
const BLANKS = new Set([0x20, 0x09]);

/** Reads leniently: no line can fail a run (R-AD-055, R-ADX-045, R-ADX-049). */
export function createClaudeReader(
  tell: (told: Told) => void,
  onTokens: (tokens: TokensByModel) => void = () => {},
): ClaudeReader {
  const stderr = createOutputTail(OUTPUT_TAIL_BYTES_MAX);
  const spend = createSpend();
  const plain = createPlainText(tell);
  const facts: { -readonly [Key in keyof ClaudeReading]: ClaudeReading[Key] } = { ...NOTHING_YET };

  function take(event: Bag): void {
    facts.spoke = true;
    if (event.type === 'result') {
      const result = toResult(event);
      Object.assign(facts, addResult(facts, result, facts.result === null));
      facts.result = result;
    } else if (event.type === 'assistant') {
      facts.lastWords = lastWordsOf(event) ?? facts.lastWords;
      facts.apiError = nameOf(event.error);
      facts.model ??= modelOf(event);
      const spent = spend.add(event);
      if (spent !== null) tell(spent);
      onTokens(spend.soFar());
    } else if (event.type === 'rate_limit_event') {
      facts.limitResetAt = resetAtOf(event);
    } else if (event.subtype === 'permission_denied') {
      facts.deniedTools = deniedToolsOf([...facts.deniedTools, event]);
    } else if (event.subtype === 'init') {
      facts.sessionId = nameOf(event.session_id) ?? facts.sessionId;
      facts.model = nameOf(event.model) ?? facts.model;
    }
    for (const told of toldBy(event)) tell(told);
  }

  return {
    line(stream, line, droppedBytes) {
      if (stream === 'stderr') {
        stderr.push(line);
        stderr.push(NEWLINE);
        const text = line.toString('utf8', 0, 4 * EVENT_TEXT_LENGTH_MAX);
        if (text !== '') tell({ type: 'stderr', data: { text: cut(text, EVENT_TEXT_LENGTH_MAX) } });
        return;
      }
      if (droppedBytes > 0) facts.cutLine = true;
      const event = droppedBytes > 0 ? null : eventOf(line);
      if (event === null) plain.add(line);
      else take(event);
    },
    stopping() {
      facts.resultBeforeStop = facts.result;
    },
    reading: () => ({
      ...facts,
      messageTokens: spend.tokens(),
      plainText: plain.text(),
      stderr: stderr.text().trim(),
    }),
  };
}

/** Keeps the head of what is no event, and shows it. */
function createPlainText(tell: (told: Told) => void) {
  const lines: string[] = [];
  let bytes = 0;
  return {
    add(line: Buffer): void {
      const room = PLAIN_TEXT_BYTES_MAX - bytes;
      if (room <= 0) return;
      const text = line.toString('utf8', 0, room);
      bytes += line.length + 1;
      lines.push(text);
      if (text !== '') tell({ type: 'stdout', data: { text: cut(text, EVENT_TEXT_LENGTH_MAX) } });
    },
    text: () => lines.join('\n').trim(),
  };
}

/** An event is a JSON object; everything else, half a line too, is text. */
function eventOf(line: Buffer): Bag | null {
  let start = 0;
  while (BLANKS.has(line[start] ?? 0)) start++;
  if (line[start] !== BRACE) return null;
  try {
    return bagOf(JSON.parse(line.toString('utf8')));
  } catch {
    return null;
  }
}

function lastWordsOf(event: Bag): string | undefined {
  if (nameOf(event.parent_tool_use_id) !== undefined) return undefined;
  const texts = blocksOf(event).map((block) => (block.type === 'text' ? textOf(block.text) : undefined));
  const last = texts.findLast((text) => text !== undefined && text !== '');
  return last === undefined ? undefined : cut(last, LAST_WORDS_LENGTH_MAX);
}

/** Errors come as messages of a model that does not exist. */
function modelOf(event: Bag): string | undefined {
  const model = nameOf(bagOf(event.message)?.model);
  return model === '<synthetic>' ? undefined : model;
}

/** Only a refusal sets it: warnings tell a reset, too. */
function resetAtOf(event: Bag): number | undefined {
  const info = bagOf(event.rate_limit_info);
  const seconds = info?.status === 'rejected' ? numberOf(info.resetsAt, EPOCH_SECONDS_MAX) : undefined;
  return seconds === undefined ? undefined : Math.round(seconds * 1000);
}

const NEWLINE = Buffer.from('\n');
/** The year 2286: beyond it a figure is no date in seconds. */
const EPOCH_SECONDS_MAX = 1e10;

const NOTHING_YET: ClaudeReading = {
  result: null,
  resultBeforeStop: null,
  ...NO_SUMS,
  messageTokens: {},
  sessionId: undefined,
  model: undefined,
  spoke: false,
  lastWords: '',
  plainText: '',
  stderr: '',
  apiError: undefined,
  limitResetAt: undefined,
  deniedTools: [],
  cutLine: false,
};
