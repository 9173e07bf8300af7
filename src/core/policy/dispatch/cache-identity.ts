import type { DispatchRequest, DispatchSpec } from '../../schema/dispatch.ts';
import { timeBudgetText } from './protocol-text.ts';

/**
 * What makes two calls equal, as canonical JSON for the caller to hash: the request, its group's context included, and
 * everything of the agent and the settings that can change the answer. How long it may take is no part of it, neither
 * as a number nor where the agent is told (R-AD-117, R-AD-069, R-ADX-007, R-ADX-044).
 */
export function cacheIdentity(request: DispatchRequest, spec: DispatchSpec): string {
  const { agent, task, context, caller, goal, responseFormat } = request;
  const { timeoutSeconds, options, ...rest } = spec;
  const systemPrompt = options.systemPrompt?.replace(timeBudgetText(timeoutSeconds), '') ?? null;
  return canonical({
    ...{ agent, task, context, caller, goal, responseFormat },
    spec: { ...rest, options: { ...options, systemPrompt } },
  });
}

/** JSON with sorted keys: the order in which a file or a program names things says nothing. */
function canonical(value: unknown): string {
  return JSON.stringify(value, (_, part: unknown) =>
    typeof part === 'object' && part !== null && !Array.isArray(part)
      ? Object.fromEntries(Object.entries(part).toSorted(([a], [b]) => (a < b ? -1 : 1)))
      : part,
  );
}
