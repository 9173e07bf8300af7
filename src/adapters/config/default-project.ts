import { dirname, join } from 'node:path';
import { agentsFilePlace } from '../agents-file/agents-file-path.ts';
import { maxConcurrencyIn } from '../agents-file/max-concurrency.ts';
import { DEFAULT_PROJECT, defaultProjectDir } from '../local/default-project.ts';
import type { Environment } from './environment.ts';
import { CONFIG_FILE_NAMES } from './find-config.ts';
import { checkLayer, type LayerResult } from './layer.ts';

/** What holds for the default project below everything else. */
export interface DefaultProject {
  readonly layer: LayerResult;
  /** Also decides: how many agents run at once (R-AD-015). */
  readonly agentsFile: string;
}

/** Where the default project's file is or would be, when `folder` is its folder; null for any other. */
export function defaultProjectFile(folder: string, env: Environment): string | null {
  return folder === defaultProjectDir(env) ? join(folder, CONFIG_FILE_NAMES[0]) : null;
}

/** Null when this is the file of any other project. */
export async function defaultProject(file: string, env: Environment): Promise<DefaultProject | null> {
  if (dirname(file) !== defaultProjectDir(env)) return null;
  const { path: agentsFile } = agentsFilePlace(env);
  const slots = await maxConcurrencyIn(agentsFile);
  const values = {
    ...{ project: DEFAULT_PROJECT, board: 'board.json' },
    ...(slots === null ? {} : { pools: { dispatch: slots } }),
  };
  return { layer: checkLayer(values, () => ({ kind: 'default' })), agentsFile };
}
