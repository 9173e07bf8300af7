import { deniedTools } from '../core/policy/dispatch/denied-tools.ts';
import type { ToolTrace } from '../core/policy/roles/tool-trace.ts';
import type { AgentOutcome } from '../core/schema/agent-outcome.ts';
import type { RunAnswer } from '../core/schema/run-answer.ts';

/** An answer that is longer is a deliverable in the wrong place; its beginning tells what it is. */
const TEXT_LENGTH_MAX = 256 * 1024;

/** What a run left behind; null when its kind of agent tells nothing of that. */
export function answerOf(
  { report }: AgentOutcome,
  trace: Pick<ToolTrace, 'calls' | 'files'>,
): RunAnswer | null {
  if (report === undefined) return null;
  const { setup } = report;
  return {
    text: report.text.slice(0, TEXT_LENGTH_MAX),
    turns: report.numTurns ?? null,
    model: report.model ?? null,
    outputRefs: [...trace.files()],
    toolCalls: [...trace.calls()],
    deniedTools: [...deniedTools(report.deniedTools)],
    authMode: setup?.authMode ?? null,
    configIsolation: setup?.configIsolation ?? null,
    systemPrompt: setup?.systemPrompt ?? null,
    tools: setup?.tools ?? null,
  };
}
