import { resolve } from 'node:path';
import type { Settings } from '../../core/schema/settings.ts';
import { absolutePath } from './absolute-path.ts';
import { checkApi } from './check-api.ts';
import { checkMeaning, type MeaningOptions } from './check-meaning.ts';
import { checkRoles } from './check-roles.ts';
import { type ConfigFlags, type Environment, environmentLayer, flagLayer } from './environment.ts';
import { checkLayer, type Layer } from './layer.ts';
import { mergeLayers } from './merge-layers.ts';
import { type ConfigNote, configError } from './problem.ts';
import { toSettings } from './to-settings.ts';

/** The keys of `dispatch.yaml`, as options of a constructor; camelCase is accepted too. Checked when read. */
export type CodeOptions = Readonly<Record<string, unknown>>;

/** Where code runs. */
export interface CodeContext extends MeaningOptions {
  /** Relative paths and agents' folders start here. */
  readonly baseDir: string;
  /** For the token beyond loopback. */
  readonly env: Environment;
  /** Set: environment and flags win over the options, as they do over a file. */
  readonly layered?: { readonly flags: ConfigFlags };
}

/** Maps whose own keys are names of people, not keys of ours. */
const NAMED = new Set(['agents', 'roles', 'env', 'options']);

const snakeCase = (key: string): string => key.replaceAll(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);

/** `maxRetries` and `max_retries` are the same option; absent ones are left out. */
function withSnakeCase(value: unknown, keepKeys = false): unknown {
  if (Array.isArray(value)) return value.map((item) => withSnakeCase(item));
  if (typeof value !== 'object' || value === null || Object.getPrototypeOf(value) !== Object.prototype)
    return value;
  const entries = Object.entries(value).filter(([, field]) => field !== undefined);
  return Object.fromEntries(
    entries.map(([key, field]) => [keepKeys ? key : snakeCase(key), withSnakeCase(field, NAMED.has(key))]),
  );
}

/** Settings out of constructor options: the same names, checks and errors as in a file (R-ART-001). */
export function settingsFromCode(
  options: CodeOptions,
  context: CodeContext,
): { readonly settings: Settings; readonly notes: readonly ConfigNote[] } {
  const { env, layered } = context;
  const results = [checkLayer(withSnakeCase(options), () => ({ kind: 'code' }))];
  if (layered !== undefined) results.push(environmentLayer(env), flagLayer(layered.flags, context.baseDir));
  const problems = results.flatMap((result) => result.problems);
  const layers = results
    .map((result) => result.layer ?? result.rest)
    .filter((layer): layer is Layer => layer !== null);
  const merged = mergeLayers(layers);
  if (layers.length === results.length) {
    problems.push(...checkMeaning(merged, context), ...checkApi(merged, env, true).problems);
    problems.push(
      ...checkRoles(merged, {
        ...context,
        root: absolutePath(merged.values.project_root ?? '.', resolve(context.baseDir)),
      }),
    );
  }
  if (problems.length > 0) throw configError(problems);
  return {
    settings: toSettings(merged.values, resolve(context.baseDir)),
    notes: results.flatMap(({ notes }) => notes),
  };
}
