import { PROMPT_ARGV_BYTES_MAX } from '../../../core/limits.ts';
import type { ModelOptions } from '../../../core/schema/model-options.ts';

/** Which conversation a run belongs to; null = a new one whose id the CLI makes up. */
export type ClaudeSession = { readonly kind: 'new' | 'resume'; readonly id: string } | null;

/** One call of the CLI. */
export interface ClaudeCall {
  /** Program and the route's own arguments. */
  readonly program: readonly string[];
  readonly prompt: string;
  readonly promptVia: 'argument' | 'stdin';
  readonly session: ClaudeSession;
  readonly options: ModelOptions;
  /** False: the system prompt goes in front of the prompt. */
  readonly appendsSystemPrompt: boolean;
}

/** What to run, and what it reads; null = nothing to read. */
export interface ClaudeCommand {
  readonly argv: readonly string[];
  readonly stdin: string | null;
}

/**
 * The command line, in the order users know from agent-dispatch (R-AD-025, R-AD-026, R-ADX-019). The format is always
 * `stream-json` (R-AD-027): live events, the spend so far and a result that came before a kill are only in the stream,
 * and its last line is the very object that `json` would print.
 */
export function claudeCommand(call: ClaudeCall): ClaudeCommand {
  const { program, session, options } = call;
  const asFlag = call.appendsSystemPrompt && fits(options.systemPrompt ?? '');
  const prompt = asFlag ? call.prompt : [options.systemPrompt, call.prompt].filter(isSet).join('\n\n');
  const byStdin = call.promptVia === 'stdin' || !canBeArgument(prompt);
  const argv = [
    ...program,
    '-p',
    ...(byStdin ? [] : [prompt]),
    ...['--output-format', 'stream-json', '--verbose'],
    ...flag('--append-system-prompt', asFlag ? withoutNul(options.systemPrompt) : null),
    ...(session === null ? [] : [session.kind === 'resume' ? '--resume' : '--session-id', session.id]),
    ...flag('--max-budget-usd', options.budgetMicroUsd === null ? null : usd(options.budgetMicroUsd)),
    ...flag('--model', options.model),
    ...flag('--permission-mode', options.permissionMode),
    ...options.allowedTools.flatMap((tool) => flag('--allowedTools', tool)),
    ...options.disallowedTools.flatMap((tool) => flag('--disallowedTools', tool)),
  ];
  return { argv, stdin: byStdin ? prompt : null };
}

/** A prompt that begins with a dash would be read as an option, and the kernel refuses long or NUL-holding ones. */
function canBeArgument(prompt: string): boolean {
  return prompt !== '' && !prompt.startsWith('-') && !prompt.includes('\0') && fits(prompt);
}

const fits = (text: string): boolean => Buffer.byteLength(text) <= PROMPT_ARGV_BYTES_MAX;

const isSet = (text: string | null): text is string => text !== null && text !== '';

const withoutNul = (text: string | null): string | null => text?.replaceAll('\0', '') ?? null;

function flag(name: string, value: string | null): readonly string[] {
  return isSet(value) ? [name, value] : [];
}

/** Micro-dollars as the CLI wants them; never in exponent form. */
function usd(microUsd: number): string {
  return (microUsd / 1e6).toFixed(6).replace(/\.?0+$/, '');
}
