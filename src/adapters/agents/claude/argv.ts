import { PROMPT_ARGV_BYTES_MAX } from '../../../core/limits.ts';
import { usdOf } from '../../../core/policy/money/dollars.ts';
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
  /** False: a system prompt of one's own goes there, too. */
  readonly replacesSystemPrompt: boolean;
  /** False: it does not know how to. */
  readonly limitsTurns: boolean;
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
  const own = options.ownSystemPrompt ?? '';
  const ownAsFlag = call.replacesSystemPrompt && fits(own);
  const before = [ownAsFlag ? null : own, asFlag ? null : options.systemPrompt];
  const prompt = [...before, call.prompt].filter(isSet).join('\n\n');
  const byStdin = call.promptVia === 'stdin' || !canBeArgument(prompt);
  const argv = [
    ...program,
    '-p',
    ...(byStdin ? [] : [prompt]),
    ...['--output-format', 'stream-json', '--verbose'],
    ...flag('--system-prompt', ownAsFlag ? withoutNul(own) : null),
    ...flag('--append-system-prompt', asFlag ? withoutNul(options.systemPrompt) : null),
    ...(session === null ? [] : [session.kind === 'resume' ? '--resume' : '--session-id', session.id]),
    ...flag('--max-budget-usd', options.budgetMicroUsd === null ? null : usd(options.budgetMicroUsd)),
    ...flag('--model', options.model),
    ...flag('--max-turns', call.limitsTurns ? (options.maxTurns?.toString() ?? null) : null),
    ...flag('--permission-mode', options.permissionMode),
    ...onlyTools(options.onlyTools),
    ...options.allowedTools.flatMap((tool) => flag('--allowedTools', tool)),
    ...options.disallowedTools.flatMap((tool) => flag('--disallowedTools', tool)),
  ];
  return { argv, stdin: byStdin ? prompt : null };
}

/** A prompt that begins with a dash would be read as an option, and the kernel refuses long or NUL-holding ones. */
function canBeArgument(prompt: string): boolean {
  return prompt !== '' && !prompt.startsWith('-') && !prompt.includes('\0') && fits(prompt);
}

/**
 * The list of built-in tools makes all others unavailable, whatever is approved. Tools of MCP servers are not in it:
 * without one that is wanted there are no servers.
 */
function onlyTools(tools: readonly string[] | undefined): readonly string[] {
  if (tools === undefined) return [];
  const builtIn = tools.filter((tool) => !isForeign(tool)).map((tool) => tool.replace(/\(.*$/s, ''));
  const servers = tools.some(isForeign) ? [] : ['--strict-mcp-config'];
  return ['--tools', [...new Set(builtIn)].join(','), ...servers];
}

const isForeign = (tool: string): boolean => tool.startsWith('mcp__');

const fits = (text: string): boolean => Buffer.byteLength(text) <= PROMPT_ARGV_BYTES_MAX;

const isSet = (text: string | null): text is string => text !== null && text !== '';

const withoutNul = (text: string | null): string | null => text?.replaceAll('\0', '') ?? null;

function flag(name: string, value: string | null): readonly string[] {
  return isSet(value) ? [name, value] : [];
}

/** Micro-dollars as the CLI wants them; never in exponent form. */
function usd(microUsd: number): string {
  return usdOf(microUsd)
    .toFixed(6)
    .replace(/\.?0+$/, '');
}
