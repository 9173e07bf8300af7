/** Names of keys are worth telling, not how deep they go: below this, the one above is named. */
const DEPTH_MAX = 3;
const KEYS_MAX = 50;

/** Which keys of a configuration differ, by name alone: values may be secrets. */
export function changedKeys(before: unknown, after: unknown): readonly string[] {
  const found: string[] = [];
  collect(before, after, { path: [], found });
  return found.slice(0, KEYS_MAX);
}

interface Place {
  readonly path: readonly string[];
  readonly found: string[];
}

function collect(before: unknown, after: unknown, { path, found }: Place): void {
  if (JSON.stringify(before) === JSON.stringify(after)) return;
  const [old, now] = [membersOf(before), membersOf(after)];
  if (path.length >= DEPTH_MAX || old === null || now === null) {
    found.push(path.join('.'));
    return;
  }
  for (const name of new Set([...Object.keys(old), ...Object.keys(now)]))
    collect(old[name], now[name], { path: [...path, name], found });
}

/** Routes are known by their queues, other lists as a whole. */
function membersOf(value: unknown): Readonly<Record<string, unknown>> | null {
  if (Array.isArray(value)) {
    const named = value.filter((item) => typeof (item as { queueName?: unknown })?.queueName === 'string');
    if (named.length !== value.length) return null;
    return Object.fromEntries(named.map((item) => [(item as { queueName: string }).queueName, item]));
  }
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : null;
}
