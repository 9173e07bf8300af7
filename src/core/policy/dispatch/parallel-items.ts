import { AppError, messageOf } from '../../errors.ts';
import type { AgentGroup } from '../../schema/agent-profile.ts';
import type { DispatchRequest } from '../../schema/dispatch.ts';
import { clampSummary, clampTimeout, parallelItemsMax } from './clamps.ts';
import { withGroupContext } from './group-context.ts';
import { describeType, describeValue } from './python-names.ts';
import { unknownAgentText } from './unknown-agent.ts';

/** One call of a parallel dispatch, checked. */
export interface ParallelItem {
  readonly request: DispatchRequest;
  readonly returnRef: boolean;
  readonly summaryChars: number;
}

/** Against what the items are checked. */
export interface ParallelFacts {
  readonly agents: ReadonlyMap<string, unknown>;
  readonly groups: ReadonlyMap<string, AgentGroup>;
  readonly maxConcurrency: number;
  /** Agent that sums up; empty = none. */
  readonly aggregate: string;
}

const SUMMARY_CHARS_DEFAULT = 500;

/**
 * Reads the items of a parallel dispatch from a JSON text or a real array. Throws with the wire's text at the first
 * fault: one bad item rejects the whole call before anything runs (R-AD-078, R-AD-079, R-AD-080, R-ADX-007).
 */
export function parseDispatches(input: unknown, facts: ParallelFacts): readonly ParallelItem[] {
  const items = typeof input === 'string' ? parse(input) : input;
  if (!Array.isArray(items) || items.length === 0) fail('dispatches must be a non-empty JSON array');
  const max = parallelItemsMax(facts.maxConcurrency);
  if (items.length > max) {
    fail(
      `Too many dispatches: ${items.length} > ${max}. Split into multiple calls or raise settings.max_concurrency.`,
    );
  }
  const checked = items.map((item: unknown, index) => itemOf(item, `dispatches[${index}]`, facts));
  requireAgent(facts.aggregate, facts, facts.aggregate !== '');
  return checked;
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    return fail(`Invalid JSON in dispatches: ${messageOf(error)}`);
  }
}

function itemOf(item: unknown, path: string, facts: ParallelFacts): ParallelItem {
  if (!isObject(item)) return fail(`${path} must be an object, got ${describeType(item)}`);
  if (!('agent' in item && 'task' in item)) fail(`${path} must have 'agent' and 'task' keys`);
  const { agent, task } = item;
  if (typeof agent !== 'string' || typeof task !== 'string') {
    return fail(`${path}.agent and .task must be strings`);
  }
  requireAgent(agent, facts, true);
  const seconds = numberOf(item, 'timeout_seconds', path) ?? 0;
  const chars = numberOf(item, 'summary_chars', path) ?? SUMMARY_CHARS_DEFAULT;
  const request: DispatchRequest = {
    agent,
    task,
    context: textOf(item, 'context', path),
    caller: textOf(item, 'caller', path),
    goal: textOf(item, 'goal', path),
    responseFormat: formatOf(item, path),
    timeoutSeconds: clampTimeout(seconds),
    group: textOf(item, 'group', path),
  };
  return {
    request: withGroupContext(request, facts.groups),
    returnRef: Boolean(item.return_ref),
    summaryChars: clampSummary(chars),
  };
}

type Item = Readonly<Record<string, unknown>>;

function isObject(value: unknown): value is Item {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function requireAgent(name: string, { agents }: ParallelFacts, wanted: boolean): void {
  if (wanted && !agents.has(name)) {
    throw new AppError('agent-not-found', unknownAgentText(name, agents.keys()));
  }
}

/** A number or a numeric text; null and absent are unset (R-AD-079, R-ADX-040). */
function numberOf(item: Item, field: string, path: string): number | null {
  const value = item[field] ?? null;
  if (value === null) return null;
  const number = typeof value === 'string' && value.trim() !== '' ? Number(value) : value;
  if (typeof number !== 'number' || !Number.isFinite(number)) {
    return fail(`${path}.${field} must be a number, got ${describeValue(value)}`);
  }
  return number;
}

function textOf(item: Item, field: string, path: string): string {
  const value = item[field] ?? '';
  return typeof value === 'string'
    ? value
    : fail(`${path}.${field} must be a string, got ${describeType(value)}`);
}

function formatOf(item: Item, path: string): DispatchRequest['responseFormat'] {
  return responseFormatOf(textOf(item, 'response_format', path), `${path}.response_format`);
}

/** Empty and `text` mean free text; an unknown format is refused instead of ignored (R-AD-037). */
export function responseFormatOf(value: string, field: string): DispatchRequest['responseFormat'] {
  if (value === '' || value === 'text') return 'text';
  if (value === 'json') return 'json';
  return fail(`${field} must be "json" or empty, got ${describeValue(value)}`);
}

function fail(text: string): never {
  throw new AppError('invalid-input', text);
}
