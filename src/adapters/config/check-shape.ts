import type { z } from 'zod';
import { DispatchConfig } from '../../core/schema/config.ts';
import { choices, expectation } from './expectations.ts';
import type { Origin, Path, Problem } from './problem.ts';
import { nearest } from './suggest.ts';

/** Where a path stands in the source it came from. */
export type Locate = (path: Path) => Origin;

/** The value a path leads to, or undefined. */
export function valueAt(value: unknown, path: Path): unknown {
  let current = value;
  for (const part of path) {
    if (typeof current !== 'object' || current === null) return undefined;
    current = (current as Record<string | number, unknown>)[part];
  }
  return current;
}

/** The last key of a path; list indices belong to the key before them. */
function lastKey(path: Path): string | undefined {
  return path.findLast((part): part is string => typeof part === 'string');
}

/** Goes into a union as deep as its members agree on where the fault lies. */
function deepest(issue: z.core.$ZodIssue): z.core.$ZodIssue & { path: PropertyKey[] } {
  if (issue.code !== 'invalid_union') return issue;
  const inner = issue.errors.map((issues) =>
    issues.map((one) => ({ ...one, path: [...issue.path, ...one.path] })),
  );
  const best = inner.filter((issues) => issues.every((one) => one.path.length > issue.path.length));
  // The member that the value names by its kind is the one that was meant.
  const faults = (issues: (typeof inner)[number]) =>
    (issues.some(({ path }) => path.at(-1) === 'kind') ? 1_000 : 0) + issues.length;
  const first = best.toSorted((a, b) => faults(a) - faults(b))[0]?.[0];
  return first === undefined ? issue : deepest(first);
}

function describe(
  issue: z.core.$ZodIssue,
  path: Path,
  given: unknown,
): Pick<Problem, 'message' | 'suggestion'> {
  if (issue.code === 'custom') return { message: issue.message };
  if (issue.code === 'invalid_key') return { message: 'is not a usable name' };
  if (issue.code === 'too_big' && Array.isArray(given))
    return { message: `has more than ${issue.maximum} entries` };
  const last = path.at(-1);
  const key = lastKey(path);
  if (path.at(-2) === 'env') return { message: 'must be a text; quote numbers and true/false' };
  if (path.at(-2) === 'roles') return { message: 'must be a map that describes the role' };
  if (path.at(-2) === 'agents') return { message: 'must be a command, or a map that describes the agent' };
  if (given === undefined) return { message: 'is missing' };
  if (typeof last === 'number' && typeof given !== 'object') {
    if (issue.code !== 'invalid_type') return { message: issue.message };
    return { message: `must be a ${issue.expected === 'record' ? 'map' : issue.expected}` };
  }
  if (typeof last === 'number') return { message: 'must be a map' };
  const expected = expectation(path.join('.')) ?? (key === undefined ? undefined : expectation(key));
  const meant = key !== undefined && typeof given === 'string' ? nearest(given, choices(key)) : undefined;
  return { message: expected ?? issue.message, ...(meant === undefined ? {} : { suggestion: meant }) };
}

/** One problem out of one finding of the schema, in words that say what the value must be. */
export function problemOf(issue: z.core.$ZodIssue, source: unknown, locate: Locate): Problem {
  const deep = deepest(issue);
  const path = deep.path.map((part) => (typeof part === 'number' ? part : String(part)));
  return { origin: locate(path), path, ...describe(deep, path, valueAt(source, path)) };
}

/** Types and ranges of a whole source; the parsed value only when there is no problem. */
export function checkShape(
  source: unknown,
  locate: Locate,
): { readonly values: DispatchConfig | null; readonly problems: readonly Problem[] } {
  if (source === null || source === undefined) return { values: {}, problems: [] };
  if (typeof source !== 'object' || Array.isArray(source)) {
    return {
      values: null,
      problems: [{ origin: locate([]), path: [], message: 'must be a map of keys to values' }],
    };
  }
  const parsed = DispatchConfig.safeParse(source);
  if (parsed.success) return { values: parsed.data, problems: [] };
  return { values: null, problems: parsed.error.issues.map((issue) => problemOf(issue, source, locate)) };
}
