import { USAGE_MS_IMPLAUSIBLE, USAGE_USD_IMPLAUSIBLE } from './limits.ts';
import type { UsageRecord } from './usage-record.ts';

const UNIX_SECONDS_IMPLAUSIBLE = 1e11;

/** Reads a line of the journal: broken lines give null, broken or implausible values are left out (R-ADX-035). */
export function readUsageLine(line: string): UsageRecord | null {
  const fields = parse(line);
  if (fields === null || typeof fields.agent !== 'string' || fields.agent === '') return null;
  return {
    t: plausible(fields.t, UNIX_SECONDS_IMPLAUSIBLE) ?? null,
    agent: fields.agent,
    ok: fields.ok === true,
    cached: fields.cached === true,
    ...given('cost', plausible(fields.cost, USAGE_USD_IMPLAUSIBLE)),
    ...given('ms', plausible(fields.ms, USAGE_MS_IMPLAUSIBLE)),
    ...given('turns', plausible(fields.turns, USAGE_MS_IMPLAUSIBLE)),
    ...given('outcome', word(fields.outcome)),
    ...given('err', word(fields.err)),
    ...given('caller', word(fields.caller)),
  };
}

function parse(line: string): Readonly<Record<string, unknown>> | null {
  try {
    const value: unknown = JSON.parse(line);
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : null;
  } catch {
    return null;
  }
}

function plausible(value: unknown, below: number): number | undefined {
  return typeof value === 'number' && value >= 0 && value < below ? value : undefined;
}

function word(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined;
}

function given<Key extends string, Value>(key: Key, value: Value | undefined): { [K in Key]?: Value } {
  return value === undefined ? {} : ({ [key]: value } as { [K in Key]?: Value });
}
