import { z } from 'zod';
import { DISPATCH_TEXT_LENGTH_MAX } from '../../core/dispatch-limits.ts';
import { clampTimeout } from '../../core/policy/dispatch/clamps.ts';
import { responseFormatOf } from '../../core/policy/dispatch/parallel-items.ts';
import type { DispatchRequest } from '../../core/schema/dispatch.ts';

const text = (description: string) =>
  z.string().max(DISPATCH_TEXT_LENGTH_MAX).default('').describe(description);

/** What every way to call one agent takes; empty texts count as absent (R-AD-067). */
export const requestFields = {
  agent: z.string().min(1).max(200).describe('Name of the agent; list_agents shows them'),
  task: z.string().min(1).max(DISPATCH_TEXT_LENGTH_MAX).describe('What the agent is to do'),
  context: text('What it should know beforehand'),
  caller: text('Who asks, for instance the name of the calling project'),
  goal: text('What all this is for, beyond the task'),
  response_format: text('"json" asks for one JSON value; empty = free text'),
  timeout_seconds: z
    .number()
    .default(0)
    .describe('Seconds for this call only, 10 to 7200; 0 = the timeout of the agent'),
  group: text('Name of a group the agent is a member of; its shared context is sent along'),
};

const Fields = z.object(requestFields);

/** The call as policy knows it. */
export function requestOf(input: z.output<typeof Fields>): DispatchRequest {
  const { agent, task, context, caller, goal, response_format, timeout_seconds, group } = input;
  return {
    ...{ agent, task, context, caller, goal, group },
    responseFormat: responseFormatOf(response_format, 'response_format'),
    timeoutSeconds: clampTimeout(timeout_seconds),
  };
}
