import { accessSync, constants, statSync } from 'node:fs';
import type { AgentRequest } from '../../../core/ports/agent.ts';
import type { AgentOutcome } from '../../../core/schema/agent-outcome.ts';
import type { ModelOptions } from '../../../core/schema/model-options.ts';
import type { ClaudeSession } from './argv.ts';

/**
 * Why a call must not be made: a value that the CLI would read as one more option (R-AD-029), or null. Prompt and system
 * prompt are exempt: they are free text and travel another way when they begin with a dash.
 */
export function whyInjecting(session: ClaudeSession, options: ModelOptions): string | null {
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
  return `Refusing to dispatch: ${label} '${value}' starts with '-' and would be interpreted as a command-line flag by the claude CLI.`;
}

/** Why an agent cannot run in this folder, or null (R-AD-033). */
export function whyNotDirectory(path: string): string | null {
  const stat = statSync(path, { throwIfNoEntry: false });
  if (stat === undefined) return `Directory does not exist: ${path}`;
  if (!stat.isDirectory()) return `Directory does not exist: ${path} (there is a file of that name)`;
  try {
    accessSync(path, constants.R_OK | constants.X_OK);
    return null;
  } catch {
    return `Directory cannot be entered: ${path} (permission denied)`;
  }
}

/** A run that does not start because no try could help. A conversation to be continued is still there. */
export function refused(reason: string, { resume, sessionId }: AgentRequest): AgentOutcome {
  const kept = resume ? { sessionId } : {};
  return { kind: 'failed', reason, retryable: false, durationMs: 0, outputBytes: 0, tail: '', ...kept };
}
