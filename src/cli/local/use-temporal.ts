import { registerProject } from '../../adapters/local/project-registry.ts';
import { joinSharedTemporal } from '../../adapters/local/shared-temporal.ts';
import type { Settings } from '../../core/schema/settings.ts';
import type { Cleanup } from '../cleanup.ts';
import type { Cli } from '../cli.ts';
import { wantsLocal } from './wants-local.ts';

/** Which Temporal server a process works with. */
export interface TemporalInUse {
  readonly settings: Settings;
  /** Web UI; null when none is known. */
  readonly ui: string | null;
  readonly isLocal: boolean;
}

/** Joins the local server where the project names none, and claims the project's name on its server. */
export async function useTemporal(cli: Cli, settings: Settings, cleanup: Cleanup): Promise<TemporalInUse> {
  const { env, stop } = cli.io;
  const isLocal = wantsLocal(settings, env);
  const { project, stateDir, baseDir, temporal } = settings;
  const server = isLocal ? 'local' : (temporal.address ?? `profile ${temporal.profile ?? 'default'}`);
  registerProject(env, { project, stateDir, dir: baseDir, server });
  if (!isLocal) return { settings, ui: null, isLocal };
  const shared = await joinSharedTemporal({
    env,
    signal: stop.signal,
    onLine: (line) => cli.out.note(line),
  });
  cleanup.add(() => shared.leave());
  const local = { ...settings, temporal: { ...temporal, address: shared.server.address } };
  return { settings: local, ui: shared.server.ui, isLocal };
}
