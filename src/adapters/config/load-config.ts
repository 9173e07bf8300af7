import { existsSync } from 'node:fs';
import { basename, dirname, relative, resolve } from 'node:path';
import { AppError } from '../../core/errors.ts';
import type { Settings } from '../../core/schema/settings.ts';
import type { AgentsFile } from '../agents-file/agents-file.ts';
import { absolutePath } from './absolute-path.ts';
import { checkApi } from './check-api.ts';
import { checkMeaning, type MeaningOptions } from './check-meaning.ts';
import { checkRoles } from './check-roles.ts';
import { defaultProject, defaultProjectFile } from './default-project.ts';
import { type ConfigFlags, type Environment, environmentLayer, flagLayer } from './environment.ts';
import { CONFIG_FILE_NAMES, configIn, findConfig, findUserConfig } from './find-config.ts';
import { fileLayer, type Layer, type LayerResult } from './layer.ts';
import { type Merged, mergeLayers } from './merge-layers.ts';
import { type ConfigNote, configError, type Origin, type Path, type Problem } from './problem.ts';
import { isProducerFile } from './producer/names.ts';
import { asWritten, producerLayer } from './producer/producer-layer.ts';
import { readConfigFile } from './read-file.ts';
import { readSharedAgents, type SharedAgents, sharedAgentsFile, sharedAgentsPath } from './shared-agents.ts';
import { toSettings } from './to-settings.ts';

/** Where to look and what wins over what is found. */
export interface LoadConfigOptions extends MeaningOptions {
  /** Folder the command was given in; without `dir` the search walks up from here. */
  readonly cwd: string;
  /** `--dir`: exactly this folder, no walking up. */
  readonly dir?: string;
  /** Exactly this file, whatever its folder holds beside it. */
  readonly file?: string;
  readonly env: Environment;
  readonly flags?: ConfigFlags;
  /** The HTTP API will listen: what it lacks is an error then, and a note otherwise. Default true. */
  readonly listens?: boolean;
  /** Reads agents.yaml and remembers its last good version; absent = it is read anew. */
  readonly agentsFile?: AgentsFile | null;
}

/** A whole configuration: what to run with, what to tell, and where each value came from. */
export interface LoadedConfig {
  readonly settings: Settings;
  /** The project's file; that of the default project need not be there. */
  readonly file: string;
  /** All files read, for watching. */
  readonly files: readonly string[];
  readonly notes: readonly ConfigNote[];
  /** Where the value at a path of `dispatch.yaml` came from. */
  originOf(path: Path): Origin;
}

/** The project's file, or `invalid-config` with `details.missing` and the way to make one. */
async function locateConfig({ cwd, dir, env, file: named }: LoadConfigOptions): Promise<string> {
  if (named !== undefined) return resolve(cwd, named);
  const folder = resolve(cwd, dir ?? '.');
  const found = dir === undefined ? await findConfig(folder) : await configIn(folder);
  const file = found ?? (dir === undefined ? null : defaultProjectFile(folder, env));
  if (file !== null) return file;
  const where = dir === undefined ? `${folder} or any folder above it` : folder;
  throw new AppError('invalid-config', `no ${CONFIG_FILE_NAMES[0]} in ${where}`, {
    hint: 'Make one with: dispatch init',
    details: { missing: true, folder },
  });
}

/** Nearby files by their short name, others in full. */
function displayName(file: string, cwd: string): string {
  const short = relative(cwd, file);
  return short.startsWith('..') ? file : short === '' ? basename(file) : short;
}

/** What a configuration is put together from. */
interface Sources {
  readonly file: string;
  readonly userFile: string | null;
  readonly base: LayerResult | null;
}

async function readLayers(
  { file, userFile, base }: Sources,
  options: LoadConfigOptions,
): Promise<LayerResult[]> {
  const { cwd, env } = options;
  const results: LayerResult[] = base === null ? [] : [base];
  if (userFile !== null && userFile !== file) {
    const read = await readConfigFile(userFile, { named: true, display: userFile });
    const checked = fileLayer(read.text, userFile, 'user');
    results.push({ ...checked, notes: [...read.notes, ...checked.notes] });
  }
  if (base === null || existsSync(file)) {
    const display = displayName(file, cwd);
    const read = await readConfigFile(file, {
      named: options.dir !== undefined || options.file !== undefined,
      display,
    });
    const checked = isProducerFile(file)
      ? producerLayer(read.text, display, dirname(file))
      : fileLayer(read.text, display, 'project');
    results.push({ ...checked, notes: [...read.notes, ...checked.notes] });
  }
  results.push(environmentLayer(env), flagLayer(options.flags ?? {}, cwd));
  return results;
}

const isLayer = (layer: Layer | null): layer is Layer => layer !== null;

/** A board must be named before anything can run (R-ART-008). */
function checkBoard({ values }: Merged, file: string): readonly Problem[] {
  if (values.board !== undefined) return [];
  const origin: Origin = { kind: 'file', file, line: 1, column: 1 };
  return [{ origin, path: ['board'], message: 'is missing, for example: board: board.json' }];
}

/**
 * Finds, reads, checks and layers the configuration: flags over environment over the project's file over the
 * user's file. Every problem found is in the one `invalid-config` error, with line and column.
 */
export async function loadConfig(options: LoadConfigOptions): Promise<LoadedConfig> {
  const file = await locateConfig(options);
  const userFile = await findUserConfig(options.env);
  const shared = await readSharedAgents(options.agentsFile ?? sharedAgentsFile(options.env));
  const base = defaultProject(file, options.env, shared);
  const results = await readLayers({ file, userFile, base }, options);
  const problems = results.flatMap((result) => result.problems);
  const layers = results.map((result) => result.layer ?? result.rest).filter(isLayer);
  const merged = mergeLayers(layers);
  const api = checkApi(merged, options.env, options.listens ?? true);
  // With a source missing as a whole, what others refer to would look missing too.
  if (layers.length === results.length) {
    const boardIsFaulty = problems.some(({ path }) => path[0] === 'board');
    const found = boardIsFaulty ? [] : [...checkBoard(merged, displayName(file, options.cwd))];
    found.push(...checkMeaning(merged, { ...options, shared }), ...api.problems);
    found.push(
      ...checkRoles(merged, {
        ...options,
        root: absolutePath(merged.values.project_root ?? '.', dirname(file)),
      }),
    );
    problems.push(...(isProducerFile(file) ? found.map(asWritten) : found));
  }
  if (problems.length > 0) throw configError(problems);
  return {
    settings: toSettings(merged.values, dirname(file), shared.content),
    file,
    files: [...new Set([file, userFile, sharedAgentsPath(options.env)])].filter(
      (path) => typeof path === 'string',
    ),
    notes: [...results.flatMap((result) => result.notes), ...api.notes, ...notesOf(shared)],
    originOf: merged.originOf,
  };
}

/** Routes that name an agent of the file find out by themselves; the others may want to know. */
const notesOf = ({ problem }: SharedAgents): readonly ConfigNote[] =>
  problem === null ? [] : [{ level: 'warning', text: problem }];
