import type { DispatchConfig } from '../../core/schema/config.ts';
import type { Layer } from './layer.ts';
import type { Origin, Path } from './problem.ts';

/** Maps whose entries are set one by one; everything else is taken whole from the highest source that has it. */
const BY_ENTRY = new Set<string>(['agents', 'roles', 'auth', 'pools', 'api', 'temporal']);

/** All sources as one, with the place every value came from. */
export interface Merged {
  readonly values: DispatchConfig;
  originOf(path: Path): Origin;
}

/** The pool `routes` is known under two names: one of them inside. */
function withPools(values: DispatchConfig): DispatchConfig {
  const { max_concurrent_agents: slots, ...rest } = values;
  return slots === undefined ? values : { ...rest, pools: { ...values.pools, routes: slots } };
}

/** Does this source decide the value at the path? */
function decides(values: DispatchConfig, [first, second]: Path): boolean {
  const value = values[String(first)];
  if (value === undefined) return false;
  if (!BY_ENTRY.has(String(first)) || second === undefined) return true;
  return typeof value === 'object' && value !== null && Object.hasOwn(value, second);
}

/** Puts sources on top of each other, lowest first. */
export function mergeLayers(layers: readonly Layer[]): Merged {
  const values: DispatchConfig = {};
  for (const layer of layers) {
    for (const [key, value] of Object.entries(withPools(layer.values))) {
      // Assigning this one key would set the prototype instead.
      if (value === undefined || key === '__proto__') continue;
      const mixes = BY_ENTRY.has(key) && value !== null;
      values[key] = mixes ? { ...(values[key] as object | undefined), ...(value as object) } : value;
    }
  }
  const originOf = (path: Path): Origin => {
    for (const layer of layers.toReversed()) {
      if (path[0] === 'pools' && path[1] === 'routes' && layer.values.max_concurrent_agents !== undefined) {
        return layer.locate(['max_concurrent_agents']);
      }
      if (decides(layer.values, path)) return layer.locate(path);
    }
    return { kind: 'default' };
  };
  return { values, originOf };
}
