import { isDeepStrictEqual } from 'node:util';
import type { Settings } from '../../core/schema/settings.ts';

/** What a running process was built on; the names are those of the file. */
const FIXED: Readonly<Record<string, (settings: Settings) => unknown>> = {
  project: ({ project }) => project,
  board: ({ board }) => board,
  state_dir: ({ stateDir }) => stateDir,
  kill_switch: ({ brakeFile }) => brakeFile,
  kill_switch_strict: ({ brakeStrict }) => brakeStrict,
  api_host: ({ api }) => api.host,
  api_port: ({ api }) => api.port,
  'api.allowed_hosts': ({ api }) => api.allowedHosts,
  'api.token_env': ({ api }) => api.tokenEnv,
  'api.require_tokens': ({ api }) => api.requireTokens,
  temporal: ({ temporal }) => temporal,
  hosts: ({ hosts }) => hosts,
  host_slots: ({ hostSlots }) => hostSlots,
};

/** New settings without what only a restart can change; that is named instead. */
export function keepFixed(
  running: Settings,
  next: Settings,
): { readonly settings: Settings; readonly needRestart: readonly string[] } {
  const needRestart = Object.entries(FIXED)
    .filter(([, read]) => !isDeepStrictEqual(read(running), read(next)))
    .map(([key]) => key);
  const { project, baseDir, stateDir, board, temporal, hosts, hostSlots } = running;
  const { brakeFile, brakeStrict } = running;
  const brake = {
    ...(brakeFile === undefined ? {} : { brakeFile }),
    ...(brakeStrict === undefined ? {} : { brakeStrict }),
  };
  const api = { ...running.api, enableQueueManagement: next.api.enableQueueManagement };
  return {
    settings: { ...next, project, baseDir, stateDir, board, temporal, hosts, hostSlots, api, ...brake },
    needRestart,
  };
}
