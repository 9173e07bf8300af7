import { ensureSearchAttributes } from '../../adapters/temporal/ensure-search-attributes.ts';
import { openProject, type Project } from '../../compose.ts';
import { startApi } from '../../compose-api.ts';
import { type RunningWorker, startWorker } from '../../compose-worker.ts';
import type { Log } from '../../core/ports/log.ts';
import type { Settings } from '../../core/schema/settings.ts';
import { createUndo } from '../../core/undo.ts';
import type { CodeAgents } from '../code-agents.ts';
import { joinTemporal } from '../seat.ts';

/** What a producer works with. */
export interface SessionSource {
  readonly settings: Settings;
  readonly agents: CodeAgents;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly log: Log;
}

/** A producer's worker and what it works on. */
export interface Session {
  readonly project: Project;
  readonly worker: RunningWorker;
  /** Base URL of the HTTP API; null = there is none. */
  readonly url: string | null;
  close(): Promise<void>;
}

/** Temporal, the project and a worker as `producer run` has them: one that stays with an API, one of a single pass without. */
export async function openSession(source: SessionSource, { stays }: { stays: boolean }): Promise<Session> {
  const { agents, env, log } = source;
  const undo = createUndo();
  try {
    const { settings, isLocal } = await joinTemporal({ ...source, undo });
    const project = await openProject({ settings, env, log });
    undo.add(() => project.close());
    if (!isLocal) await ensureSearchAttributes(await project.client(), project.server.address);
    const api = stays ? await startApi(project) : null;
    if (api !== null) undo.add(() => api.close());
    const worker = await startWorker(project, agents.adapters, { onePass: !stays });
    undo.add(() => worker.stop());
    return { project, worker, url: api?.url ?? null, close: undo.run };
  } catch (error) {
    await undo
      .run()
      .catch((cause: unknown) => log.warn({ error: String(cause) }, 'not everything was undone'));
    throw error;
  }
}
