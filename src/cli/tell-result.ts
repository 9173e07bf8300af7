import type { Cli } from './cli.ts';
import { neutralise, oneLine } from './neutralise.ts';

/** What is shown of an agent's answer, whole or by reference. */
export interface ToldResult {
  readonly agent: string;
  readonly success: boolean;
  readonly result?: string;
  readonly summary?: string;
  readonly ref?: string;
  readonly error?: string;
  readonly error_type?: string;
  readonly hint?: string;
  readonly session_id?: string;
  readonly cost_usd?: number;
  readonly num_turns?: number;
  readonly outcome?: string;
  readonly cached?: boolean;
}

const TIMED_OUT = 124;
export const INTERRUPTED = 130;

/** 0 success, 124 out of time, 1 anything else. */
export const exitCodeOf = ({ success, error_type }: Pick<ToldResult, 'success' | 'error_type'>): number =>
  success ? 0 : error_type === 'timeout' ? TIMED_OUT : 1;

/** Prints an agent's answer, its words on stdout and the rest beside them; answers the exit code. */
export function tellResult(cli: Cli, told: ToldResult): number {
  const { out, io } = cli;
  const exitCode = exitCodeOf(told);
  if (out.json) {
    out.document(told);
    return exitCode;
  }
  const said = told.result ?? told.summary ?? '';
  if (said !== '') out.data(neutralise(said));
  if (!told.success) io.stderr.write(`error: ${neutralise(told.error ?? 'the agent failed')}\n`);
  if (told.hint !== undefined) out.note(`Note: ${told.hint}`);
  const facts = footer(told);
  if (facts !== '') out.note(facts);
  return exitCode;
}

/** `--- Cost: $0.0123 | Turns: 2 | Outcome: done` (R-ADX-022); empty when nothing is known. */
export function footer(told: Omit<ToldResult, 'agent' | 'success'>): string {
  const { cost_usd: cost, num_turns: turns, outcome, session_id: session, ref, cached } = told;
  const facts = [
    ...(cost === undefined ? [] : [`Cost: $${cost.toFixed(4)}`]),
    ...(turns === undefined ? [] : [`Turns: ${turns}`]),
    ...(outcome === undefined ? [] : [`Outcome: ${oneLine(outcome)}`]),
    ...(session === undefined ? [] : [`Session: ${oneLine(session)}`]),
    ...(ref === undefined ? [] : [`Ref: ${ref}`]),
    ...(cached === true ? ['Cached'] : []),
  ];
  return facts.length === 0 ? '' : `--- ${facts.join(' | ')}`;
}

/** Shows what the agent does meanwhile, on stderr. */
export const arrows =
  ({ out }: Cli, agent: string) =>
  (text: string): void =>
    out.note(`  -> ${oneLine(text.startsWith(`[${agent}] `) ? text.slice(agent.length + 3) : text)}`);
