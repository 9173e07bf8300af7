import type { DispatchConfig } from '../../core/schema/config.ts';
import { checkAliases, unknownKeys } from './check-keys.ts';
import { checkShape, type Locate, valueAt } from './check-shape.ts';
import { parseYaml } from './parse-yaml.ts';
import type { ConfigNote, Problem } from './problem.ts';

/** One source of configuration, already of the right types. */
export interface Layer {
  readonly values: DispatchConfig;
  readonly locate: Locate;
}

/** A layer, or what is wrong with it; notes either way. */
export interface LayerResult {
  readonly layer: Layer | null;
  /** What is left without the faulty values, so that further problems can be told in the same go. */
  readonly rest: Layer | null;
  readonly problems: readonly Problem[];
  readonly notes: readonly ConfigNote[];
}

/** What only a project's own file may say; a user's file that says it is told so. */
const PROJECT_ONLY = ['project', 'board', 'routes', 'state_dir', 'adopt'] as const;

/** `max_concurrent_agents` and `pools.routes` are one value; given twice they must agree. */
function poolConflict(source: unknown, locate: Locate): readonly Problem[] {
  const { max_concurrent_agents: slots, pools } = (source ?? {}) as DispatchConfig;
  const pool = typeof pools === 'object' && pools !== null ? pools.routes : undefined;
  if (slots === undefined || pool === undefined || slots === pool) return [];
  const path = ['pools', 'routes'];
  return [
    {
      origin: locate(path),
      path,
      message: `is max_concurrent_agents, which says ${slots}: keep one of them`,
    },
  ];
}

/** The source without its faulty values, unless their absence would look like another mistake. */
function withoutFaults(source: unknown, problems: readonly Problem[], locate: Locate): Layer | null {
  const misleading = problems.some(
    ({ path }) => path.length === 0 || path.at(-1) === 'command' || path[0] === 'agents',
  );
  if (misleading) return null;
  const copy: unknown = structuredClone(source);
  for (const { path } of problems) {
    const parent = valueAt(copy, path.slice(0, -1));
    if (typeof parent === 'object' && parent !== null)
      delete (parent as Record<string | number, unknown>)[path.at(-1) ?? ''];
  }
  const { values } = checkShape(copy, locate);
  return values === null ? null : { values, locate };
}

/** Checks one source by itself. */
export function checkLayer(source: unknown, locate: Locate): LayerResult {
  const shape = checkShape(source, locate);
  const problems = [...shape.problems, ...checkAliases(source, locate), ...poolConflict(source, locate)];
  const notes = unknownKeys(source, locate);
  if (shape.values === null)
    return { layer: null, rest: withoutFaults(source, shape.problems, locate), problems, notes };
  const layer = { values: shape.values, locate };
  return { layer: problems.length === 0 ? layer : null, rest: layer, problems, notes };
}

/** A configuration file's text as a layer. */
export function fileLayer(text: string, file: string, role: 'project' | 'user'): LayerResult {
  const parsed = parseYaml(text, file);
  const checked = checkLayer(parsed.value, parsed.locate);
  if (role === 'project' || checked.layer === null) return checked;
  const values: DispatchConfig = { ...checked.layer.values };
  const notes = [...checked.notes];
  for (const key of PROJECT_ONLY) {
    if (values[key] === undefined) continue;
    notes.push({ level: 'warning', text: `${file}: ${key} belongs into a project's file, ignored` });
    delete values[key];
  }
  return { ...checked, layer: { ...checked.layer, values }, notes };
}
