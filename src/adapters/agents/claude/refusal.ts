import { accessSync, constants, statSync } from 'node:fs';
import type { AgentRequest } from '../../../core/ports/agent.ts';
import type { AgentOutcome, Refusal } from '../../../core/schema/agent-outcome.ts';
import type { ModelOptions } from '../../../core/schema/model-options.ts';
import type { ClaudeSession } from './argv.ts';

/** Why a run does not begin. */
export interface WhyRefused {
  readonly reason: string;
  readonly refusal: Refusal;
}

/**
 * Why a call must not be made: a value that the CLI would read as one more option (R-AD-029), or null. Prompt and system
 * prompt are exempt: they are free text and travel another way when they begin with a dash.
 */
export function whyInjecting(session: ClaudeSession, options: ModelOptions): WhyRefused | null {
  const values: readonly (readonly [label: string, value: string | null])[] = [
    ['session_id', session?.id ?? null],
    ['model', options.model],
    ['permission_mode', options.permissionMode],
    ...options.allowedTools.map((tool) => ['allowed tool', tool] as const),
    ...options.disallowedTools.map((tool) => ['disallowed tool', tool] as const),
  ];
  const found = values.find(([, value]) => value?.startsWith('-'));
  if (found === undefined) return null;
  const [label, value] = found;
  const reason = `Refusing to dispatch: ${label} '${value}' starts with '-' and would be interpreted as a command-line flag by the claude CLI.`;
  return { reason, refusal: 'cli_error' };
}

/** Why an agent cannot run in this folder, or null (R-AD-033). */
export function whyNotDirectory(path: string): WhyRefused | null {
  const stat = statSync(path, { throwIfNoEntry: false });
  const missing = `Directory does not exist: ${path}`;
  if (stat === undefined) return { reason: missing, refusal: 'not_found' };
  if (!stat.isDirectory())
    return { reason: `${missing} (there is a file of that name)`, refusal: 'not_found' };
  try {
    accessSync(path, constants.R_OK | constants.X_OK);
    return null;
  } catch {
    return { reason: `Directory cannot be entered: ${path} (permission denied)`, refusal: 'permission' };
  }
}

/** A run that does not start because no try could help. A conversation to be continued is still there. */
export function refused(why: WhyRefused, { resume, sessionId }: AgentRequest): AgentOutcome {
  const kept = resume ? { sessionId } : {};
  return { kind: 'failed', ...why, retryable: false, durationMs: 0, outputBytes: 0, tail: '', ...kept };
}
