import type { DispatchRequest, DispatchResult } from '../../schema/dispatch.ts';
import { AGGREGATE_BLOCK_CHARS_MAX } from './limits.ts';
import type { RefPayload } from './ref-payload.ts';
import { cutCharacters } from './texts.ts';

const TASK =
  'Several agents worked on parts of one question; their answers stand in the context. Make one answer of them: ' +
  'what they found, where they contradict each other, and what follows. Say which part failed and is missing.';

/** What the summing-up agent is asked (R-AD-083, R-ADX-022). */
export function aggregatorRequest(
  aggregate: string,
  results: readonly (DispatchResult | RefPayload)[],
  timeoutSeconds: number | null = null,
): DispatchRequest {
  return {
    agent: aggregate,
    task: TASK,
    context: results.map(block).join('\n\n'),
    caller: 'dispatch_parallel',
    goal: 'aggregate parallel dispatch results',
    responseFormat: 'text',
    timeoutSeconds,
    group: '',
  };
}

function block(result: DispatchResult | RefPayload): string {
  const whole = 'result' in result ? result.result : result.summary;
  const text = whole === '' ? (result.error ?? '') : whole;
  const shown = cutCharacters(text, AGGREGATE_BLOCK_CHARS_MAX);
  const cut = shown.length < text.length || ('size' in result && result.size > result.summary_chars);
  return `## Agent: ${result.agent} [${labels(result, cut).join(', ')}]\n${shown}`;
}

function labels(result: DispatchResult | RefPayload, cut: boolean): readonly string[] {
  const { success, outcome } = result;
  const reports = outcome === 'partial' || outcome === 'blocked';
  return [
    success ? 'OK' : 'FAILED',
    ...(reports ? [`agent reports ${outcome.toUpperCase()}`] : []),
    ...(cut ? ['shortened'] : []),
  ];
}
