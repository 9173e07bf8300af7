import { dirname, join } from 'node:path';
import { DEFAULT_PROJECT, defaultProjectDir } from '../local/default-project.ts';
import type { Environment } from './environment.ts';
import { CONFIG_FILE_NAMES } from './find-config.ts';
import { checkLayer, type LayerResult } from './layer.ts';
import type { SharedAgents } from './shared-agents.ts';

/** Where the default project's file is or would be, when `folder` is its folder; null for any other. */
export function defaultProjectFile(folder: string, env: Environment): string | null {
  return folder === defaultProjectDir(env) ? join(folder, CONFIG_FILE_NAMES[0]) : null;
}

/** What holds for the default project below everything else; null when this is the file of any other project. */
export function defaultProject(
  file: string,
  env: Environment,
  { content }: Pick<SharedAgents, 'content'>,
): LayerResult | null {
  if (dirname(file) !== defaultProjectDir(env)) return null;
  const values = {
    ...{ project: DEFAULT_PROJECT, board: 'board.json' },
    // agents.yaml decides how many agents run at once (R-AD-015).
    ...(content === null ? {} : { pools: { dispatch: content.settings.maxConcurrency } }),
  };
  return checkLayer(values, () => ({ kind: 'default' }));
}
