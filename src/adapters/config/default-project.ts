import { dirname, join } from 'node:path';
import { DEFAULT_PROJECT, defaultProjectDir } from '../local/default-project.ts';
import type { Environment } from './environment.ts';
import { CONFIG_FILE_NAMES } from './find-config.ts';
import { checkLayer, type LayerResult } from './layer.ts';

/** Where the default project's file is or would be, when `folder` is its folder; null for any other. */
export function defaultProjectFile(folder: string, env: Environment): string | null {
  return folder === defaultProjectDir(env) ? join(folder, CONFIG_FILE_NAMES[0]) : null;
}

/** What holds for it below everything else; null for any other project. */
export function defaultProjectLayer(file: string, env: Environment): LayerResult | null {
  if (dirname(file) !== defaultProjectDir(env)) return null;
  return checkLayer({ project: DEFAULT_PROJECT, board: 'board.json' }, () => ({ kind: 'default' }));
}
