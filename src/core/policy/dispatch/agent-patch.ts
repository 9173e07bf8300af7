import { AppError } from '../../errors.ts';
import type { AgentPatch } from '../../ports/agent-registry.ts';
import { parseLabels, parseToolList } from './tool-list.ts';

/** Fields of an agent as a caller writes them; empty texts and zeros say nothing. */
export interface AgentFieldsInput {
  readonly description?: string;
  readonly timeout?: number;
  readonly max_budget_usd?: number;
  readonly model?: string;
  readonly permission_mode?: string;
  readonly allowed_tools?: string;
  readonly disallowed_tools?: string;
  readonly capabilities?: string;
  readonly risky_capabilities?: string;
  readonly instructions?: string;
}

type PatchField = Exclude<keyof AgentPatch, 'directory'>;

/**
 * What an update changes: `none` clears what can be inherited or left out, a negative budget removes the cap. Throws
 * `invalid-input` with the wire's text; `fields` are the names in the answer (R-AD-096, R-AD-097, R-ADX-014, R-ADX-040).
 */
export function agentPatchOf(input: AgentFieldsInput): {
  readonly patch: AgentPatch;
  readonly fields: readonly PatchField[];
} {
  const patch = patchOf(input, 'update');
  const fields = Object.keys(patch) as PatchField[];
  if (fields.length === 0) fail('Nothing to update. Pass at least one non-empty field.');
  return { patch, fields };
}

/** What a new agent is made with; nothing is written for what was not said (R-AD-023, R-AD-093, R-AD-095). */
export function newAgentFields(input: AgentFieldsInput): AgentPatch {
  return patchOf(input, 'add');
}

function patchOf(input: AgentFieldsInput, verb: 'add' | 'update'): AgentPatch {
  const { description, timeout = 0, max_budget_usd: budget = 0, instructions } = input;
  checkTimeout(timeout);
  checkBudget(budget, verb);
  return {
    ...changed('description', clearable(description, '')),
    ...changed('timeout', timeout === 0 ? undefined : timeout),
    ...changed('max_budget_usd', budget === 0 ? undefined : budget < 0 ? null : budget),
    ...changed('model', clearable(input.model, null)),
    ...changed('permission_mode', clearable(input.permission_mode, null)),
    ...changed('allowed_tools', parseToolList(input.allowed_tools ?? '', 'allowed_tools')),
    ...changed('disallowed_tools', parseToolList(input.disallowed_tools ?? '', 'disallowed_tools')),
    ...changed('capabilities', parseLabels(input.capabilities ?? '')),
    ...changed('risky_capabilities', parseLabels(input.risky_capabilities ?? '')),
    ...changed('instructions', clearable(instructions, '')),
  };
}

function checkTimeout(timeout: number): void {
  if (timeout >= 0 && Number.isFinite(timeout)) return;
  fail(`timeout must be a positive number of seconds (got ${timeout}); 0 leaves it as it is.`);
}

function checkBudget(budget: number, verb: 'add' | 'update'): void {
  if (!Number.isFinite(budget)) fail('max_budget_usd must be a finite number.');
  if (budget < 0 && verb === 'add') fail(`max_budget_usd must be >= 0 (got ${budget}); 0 inherits defaults.`);
}

/** The text; `none` in any case empties; an empty text says nothing. */
function clearable<Cleared>(text: string | undefined, cleared: Cleared): string | Cleared | undefined {
  if (text === undefined || text === '') return undefined;
  return text.toLowerCase() === 'none' ? cleared : text;
}

function changed<Key extends PatchField>(key: Key, value: AgentPatch[Key] | undefined): AgentPatch {
  return value === undefined ? {} : { [key]: value };
}

function fail(text: string): never {
  throw new AppError('invalid-input', text);
}
