import { openProject } from '../compose.ts';
import { startApi } from '../compose-api.ts';
import { startWorker } from '../compose-worker.ts';
import type { Board } from '../core/ports/board.ts';
import type { Log } from '../core/ports/log.ts';
import type { PromptFunction } from '../core/ports/route-table.ts';
import type { Settings } from '../core/schema/settings.ts';
import { createUndo } from '../core/undo.ts';
import { boardOf, type QueueBackend } from './backend.ts';
import type { CodeAgents } from './code-agents.ts';
import { announce, takeSeat } from './seat.ts';

/** What a dispatcher is started from; everything was checked before. */
export interface DispatcherSource {
  readonly settings: Settings;
  readonly backend: QueueBackend | null | undefined;
  readonly agents: CodeAgents;
  readonly promptFunctions: ReadonlyMap<string, PromptFunction>;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly log: Log;
}

/** A dispatcher at work. */
export interface RunningDispatcher {
  /** Base URL of the HTTP API, `http://127.0.0.1:8000`. */
  readonly url: string;
  readonly port: number;
  readonly board: Board;
  /** Name of the project. */
  readonly project: string;
  /** Rejects when it cannot go on. */
  readonly failed: Promise<never>;
  /** Running agents get TERM, 5 s later KILL; their tasks go back to their queues, no retry is counted (R-ART-015). */
  stop(): Promise<void>;
}

/** Board, Temporal, HTTP API, worker, in the order in which they need each other; all or nothing (R-ART-013). */
export async function startDispatcher(source: DispatcherSource): Promise<RunningDispatcher> {
  const { env, log, promptFunctions } = source;
  const undo = createUndo();
  try {
    const board = await boardOf(source.backend);
    let isOurs = false;
    undo.add(async () => (isOurs ? undefined : board.close?.()));
    const seat = await takeSeat({ settings: source.settings, env, log, undo });
    const project = await openProject({ settings: seat.settings, board, promptFunctions, env, log });
    isOurs = true;
    undo.add(() => project.close());
    const api = await startApi(project);
    undo.add(() => api.close());
    await announce(project, api.url, seat, undo);
    const worker = await startWorker(project, source.agents.adapters);
    undo.add(() => worker.stop());
    log.info(
      { project: seat.settings.project, url: api.url, temporal: project.server.address },
      'dispatcher up',
    );
    let stopping: Promise<void> | null = null;
    return {
      ...{ url: api.url, port: api.port, board, project: seat.settings.project, failed: worker.failed },
      stop() {
        stopping ??= undo.run();
        return stopping;
      },
    };
  } catch (error) {
    await undo
      .run()
      .catch((cause: unknown) => log.warn({ error: String(cause) }, 'not everything could be undone'));
    throw error;
  }
}
