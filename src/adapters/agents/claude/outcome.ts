import { REASON_LENGTH_MAX } from '../../../core/limits.ts';
import { isBudgetStop } from '../../../core/policy/dispatch/classify-error.ts';
import type { AgentOutcome } from '../../../core/schema/agent-outcome.ts';
import type { AgentReport } from '../../../core/schema/agent-report.ts';
import type { ProcessResult } from '../../process/process-runner.ts';
import { processOutcome } from '../process-outcome.ts';
import type { ClaudeSession } from './argv.ts';
import { CLAUDE_LINE_BYTES_MAX } from './bounds.ts';
import { cut } from './lenient.ts';
import type { ClaudeReading } from './reader.ts';
import type { ClaudeResult } from './result-event.ts';
import { tokensOfUsage } from './tokens.ts';
import { usageLimitOf } from './usage-limit.ts';
import { verdictOf } from './verdict.ts';

/** A run that is over. */
export interface ClaudeEnd {
  readonly program: string;
  readonly session: ClaudeSession;
  readonly ended: ProcessResult;
  readonly reading: ClaudeReading;
  /** Epoch ms, for limits that tell a time of day. */
  readonly nowMs: number;
  /** Its cap is what the budget leaves for it. */
  readonly allowanceBinds?: boolean;
}

/** How a run counts, with all that is known of it: its cost, its conversation, its own words. */
export function claudeOutcome(end: ClaudeEnd): AgentOutcome {
  const bare = processOutcome(end.program, end.ended);
  if (end.ended.end.kind === 'not-started') return notStarted(bare, end);
  const judged = judge(bare, end);
  const { outcome, result, cleanedUp } = judged;
  return { ...outcome, ...moneyAndSession(end), report: reportOf(end, { outcome, result, cleanedUp }) };
}

interface Judged {
  readonly outcome: AgentOutcome;
  /** The result that counts. */
  readonly result: ClaudeResult | null;
  readonly cleanedUp: boolean;
}

function judge(bare: AgentOutcome, { ended, reading }: ClaudeEnd): Judged {
  const { kind } = ended.end;
  if (kind === 'stopped') return { outcome: bare, result: reading.result, cleanedUp: false };
  if (kind === 'timed-out' || kind === 'stalled') {
    const result = reading.resultBeforeStop;
    if (result === null) return { outcome: bare, result: reading.result, cleanedUp: false };
    return { outcome: withVerdict(bare, ended, result), result, cleanedUp: true };
  }
  const { result } = reading;
  if (result !== null) return { outcome: withVerdict(bare, ended, result), result, cleanedUp: false };
  return { outcome: withoutResult(bare, ended, reading), result, cleanedUp: false };
}

function withVerdict(bare: AgentOutcome, ended: ProcessResult, result: ClaudeResult): AgentOutcome {
  const verdict = verdictOf(result);
  if (verdict.kind === 'succeeded') return { kind: 'succeeded', ...factsOf(bare) };
  const code = ended.exit?.code ?? null;
  return { ...verdict, ...(code === null ? {} : { exitCode: code }), ...factsOf(bare) };
}

/** R-AD-045, R-AD-046, R-AD-056: what the output without a result event amounts to. */
function withoutResult(bare: AgentOutcome, ended: ProcessResult, reading: ClaudeReading): AgentOutcome {
  const { spoke, plainText, stderr, cutLine } = reading;
  if (bare.kind === 'succeeded') {
    if (!spoke && plainText !== '') return bare;
    const why = cutLine
      ? `a line of its output is longer than ${CLAUDE_LINE_BYTES_MAX} bytes: no result received`
      : spoke
        ? 'No result received (exit code 0)'
        : 'exited with code 0 and no output';
    return failed(bare, `${why}${detail(stderr)}`, { exitCode: 0, retryable: true });
  }
  if (bare.kind !== 'failed') return bare;
  const code = ended.exit?.code;
  const why = spoke && typeof code === 'number' ? `No result received (exit code ${code})` : bare.reason;
  return { ...bare, reason: cut(`${why}${detail(stderr || (spoke ? '' : plainText))}`, REASON_LENGTH_MAX) };
}

const detail = (text: string): string => (text === '' ? '' : `: ${text}`);

function failed(
  bare: AgentOutcome,
  reason: string,
  more: { readonly exitCode: number; readonly retryable: boolean },
): AgentOutcome {
  return { kind: 'failed', reason: cut(reason, REASON_LENGTH_MAX), ...more, ...factsOf(bare) };
}

function notStarted(bare: AgentOutcome, { ended, session }: ClaudeEnd): AgentOutcome {
  const missing = ended.end.kind === 'not-started' && ended.end.code === 'ENOENT';
  const kept = session?.kind === 'resume' ? { sessionId: session.id } : {};
  if (!missing || bare.kind !== 'failed') return { ...bare, ...kept };
  return { ...bare, ...kept, reason: `${CLAUDE_MISSING} (${bare.reason})` };
}

const CLAUDE_MISSING =
  'Claude CLI not found in PATH. Install: https://docs.anthropic.com/en/docs/claude-code';

/** Figures of a conversation include its earlier runs: this run's own cost is what came since (R-SYS-018). */
function moneyAndSession({ reading, session }: ClaudeEnd) {
  const { result, runMicroUsd } = reading;
  const whole = session?.kind === 'resume' ? undefined : result?.conversationMicroUsd;
  return compact({
    costMicroUsd: runMicroUsd ?? whole,
    sessionId: result?.sessionId ?? reading.sessionId ?? session?.id,
  });
}

function reportOf(end: ClaudeEnd, { outcome, result, cleanedUp }: Judged): AgentReport {
  const { reading, session, nowMs } = end;
  const text = result?.text || (reading.spoke ? reading.lastWords : reading.plainText);
  const limit = outcome.kind === 'failed' ? usageLimitOf(reading, nowMs) : null;
  return {
    // A failure without a text of its own says so in `errors`; the model's last words are not its reason.
    text: result !== null && outcome.kind === 'failed' ? result.text : text,
    deniedTools: [...(result?.deniedTools ?? reading.deniedTools)],
    stderr: reading.stderr,
    ...compact({
      isError: result === null ? undefined : verdictOf(result).kind === 'failed',
      subtype: result?.subtype,
      terminalReason: result?.terminalReason,
      errors: result === null || result.errors.length === 0 ? undefined : [...result.errors],
      numTurns: result?.numTurns,
      reportedMs: result?.durationMs,
      conversationMicroUsd: reading.result?.conversationMicroUsd,
      model: reading.model,
      tokens: tokensOf(end),
      apiStatus: result?.apiStatus,
      usageLimit: limit ?? undefined,
      conversationMissing: (session?.kind === 'resume' && isMissing(reading)) || undefined,
      allowanceReached: (end.allowanceBinds === true && result !== null && isBudgetStop(result)) || undefined,
      cleanedUp: cleanedUp || undefined,
      sessionUnnamed: session === null || undefined,
      badExit: badExitOf(end),
    }),
  };
}

/**
 * Tokens of this run alone: as its results tell them, else a lower bound out of its messages. What a result says of the
 * conversation holds earlier runs, too.
 */
function tokensOf({ reading, session }: ClaudeEnd): AgentReport['tokens'] {
  const { result, runTokens, messageTokens, model } = reading;
  const whole =
    session?.kind === 'resume'
      ? undefined
      : (result?.conversationTokens ?? tokensOfUsage(result?.usage, model));
  const byModel = runTokens ?? whole;
  if (byModel !== undefined) return { byModel, complete: true };
  return Object.keys(messageTokens).length === 0 ? undefined : { byModel: messageTokens, complete: false };
}

/** Only of a process that ended by itself: our own signals say nothing about it. */
function badExitOf({ ended: { end } }: ClaudeEnd): AgentReport['badExit'] {
  if (end.kind === 'signalled') return { code: null, signal: end.signal };
  return end.kind === 'exited' && end.code !== 0 ? { code: end.code, signal: null } : undefined;
}

function isMissing({ result, stderr }: ClaudeReading): boolean {
  return [...(result?.errors ?? []), stderr].some((text) => text.includes('No conversation found'));
}

function factsOf({ durationMs, outputBytes, tail, leaked }: AgentOutcome) {
  return { durationMs, outputBytes, tail, ...compact({ leaked }) };
}

type Compact<Fields> = { [Key in keyof Fields]?: Exclude<Fields[Key], undefined> };

/** Leaves out what is absent: in stored JSON there is no undefined. */
function compact<Fields extends object>(fields: Fields): Compact<Fields> {
  return Object.fromEntries(
    Object.entries(fields).filter(([, value]) => value !== undefined),
  ) as Compact<Fields>;
}
