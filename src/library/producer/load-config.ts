import { readFileSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { parseYaml } from '../../adapters/config/parse-yaml.ts';
import { type ConfigNote, configError } from '../../adapters/config/problem.ts';
import { producerLayer } from '../../adapters/config/producer/producer-layer.ts';
import { AppError, messageOf } from '../../core/errors.ts';
import { ProducerConfig } from './producer-config.ts';

/** The file a configuration was read from. */
interface ConfigSource {
  readonly folder: string;
  /** What to tell of it, unknown keys above all. */
  readonly notes: readonly ConfigNote[];
}

const sources = new WeakMap<object, ConfigSource>();

/** Where a configuration was read; null = it was made in code. */
export const sourceOf = (config: object): ConfigSource | null => sources.get(config) ?? null;

/**
 * Reads a `producer.yaml` with its defaults (R-PROD-012, R-PROD-095). Throws `invalid-config` with everything that is
 * wrong in it, each with line and column.
 */
export function loadConfig(path: string): ProducerConfig {
  const file = resolve(path);
  const text = readText(file, path);
  const folder = dirname(file);
  const { problems, notes } = producerLayer(text, path, folder);
  if (problems.length > 0) throw configError(problems);
  const { budget, project_root: root, ...rest } = parseYaml(text, path).value as FileValues;
  const { agents, ...caps } = budget;
  const config = new ProducerConfig({
    ...{ ...rest, roles: agents ?? {}, budget: caps },
    project_root: resolve(folder, root ?? '.'),
  });
  sources.set(config, { folder, notes });
  return config;
}

/** As far as it matters here; its shape was checked. */
interface FileValues {
  readonly budget: { readonly agents?: object | null };
  readonly project_root?: string;
}

function readText(file: string, path: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (cause) {
    throw new AppError('invalid-config', `${path}: cannot be read: ${messageOf(cause)}`, {
      hint: 'name a producer.yaml, or make one with: producer init',
      cause,
    });
  }
}
