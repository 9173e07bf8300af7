import { ownAnchorsPath, startDailyAnchor } from '../adapters/audit/daily-anchor.ts';
import type { LoadedConfig } from '../adapters/config/load-config.ts';
import { watchConfig } from '../adapters/config/watch-config.ts';
import { userStateDir } from '../adapters/local/user-state-dir.ts';
import { ensureSearchAttributes } from '../adapters/temporal/ensure-search-attributes.ts';
import { openProject, type Project } from '../compose.ts';
import { startApi } from '../compose-api.ts';
import { type RunningWorker, startWorker } from '../compose-worker.ts';
import type { Log } from '../core/ports/log.ts';
import type { Settings } from '../core/schema/settings.ts';
import type { Cleanup } from './cleanup.ts';
import type { Cli } from './cli.ts';
import { useTemporal } from './local/use-temporal.ts';
import { loadOptions } from './read-config.ts';
import { createServiceLog } from './service-log.ts';
import { within } from './within.ts';

/** Agents have 5 s after TERM, then there is the sweep and the board; what takes longer than this is left behind (ms). */
const WORKER_STOP_MS_MAX = 25_000;

/** Which parts of a project this process runs. */
export interface Parts {
  readonly api: boolean;
  readonly worker: boolean;
  /** The worker notices nothing by itself (R-PROD-035). */
  readonly onePass?: boolean;
}

/** A project at work in this process. */
export interface ServedProject {
  readonly project: Project;
  /** Null: this process has no HTTP API. */
  readonly url: string | null;
  readonly hostId: string | null;
  readonly worker: RunningWorker | null;
  readonly temporal: { readonly address: string; readonly namespace: string; readonly ui: string | null };
  /** Reject when a part cannot go on. */
  readonly failures: readonly Promise<never>[];
}

/** Joins Temporal, then starts the parts; `cleanup` ends everything in the opposite order. */
export async function serveProject(
  cli: Cli,
  loaded: LoadedConfig,
  { parts, cleanup }: { parts: Parts; cleanup: Cleanup },
): Promise<ServedProject> {
  const { settings, ui, isLocal } = await useTemporal(cli, loaded.settings, cleanup);
  cli.io.stop.signal.throwIfAborted();
  const log = createServiceLog(cli, settings.debug);
  const served = await startParts({
    settings,
    env: cli.io.env,
    log,
    parts,
    cleanup,
    ui,
    registers: !isLocal,
  });
  if (served.hostId !== null) cleanup.add(anchorDaily(served.project, served.hostId));
  const watch = await followConfig(cli, loaded, served.project);
  cleanup.add(() => watch.close());
  return served;
}

/** The trail is held to what this user wrote down of it elsewhere. */
function anchorDaily({ context, env, log, settings }: Project, owner: string): () => void {
  const { project } = settings();
  const { notices, store } = context;
  const path = ownAnchorsPath(userStateDir(env), settings());
  return startDailyAnchor({ project, path, records: store.records, notices, log, owner });
}

/** What {@link startParts} starts from. */
export interface PartsSource {
  readonly settings: Settings;
  readonly env: Cli['io']['env'];
  readonly log: Log;
  readonly parts: Parts;
  readonly cleanup: Cleanup;
  readonly ui: string | null;
  /** Register our search attributes when the server lacks them. */
  readonly registers: boolean;
}

/** Starts the parts in the order in which they need each other. */
export async function startParts(source: PartsSource): Promise<ServedProject> {
  const { settings, env, log, parts, cleanup, ui } = source;
  const project = await openProject({ settings, env, log });
  cleanup.add(() => project.close());
  const { server } = project;
  if (source.registers) await ensureSearchAttributes(await project.client(), server.address);
  const api = parts.api ? await startApi(project) : null;
  if (api !== null) cleanup.add(() => api.close());
  const worker = parts.worker ? await startWorker(project, [], { onePass: parts.onePass === true }) : null;
  if (worker !== null) {
    cleanup.add(async () => {
      const ended = await within(worker.stop(), WORKER_STOP_MS_MAX);
      if (!ended)
        log.warn(
          { afterMs: WORKER_STOP_MS_MAX },
          'the worker does not end; what it left is taken up at the next start',
        );
    });
  }
  return {
    project,
    url: api?.url ?? null,
    ...{ worker, hostId: worker?.hostId ?? null },
    temporal: { address: server.address, namespace: server.namespace, ui },
    failures: worker === null ? [] : [worker.failed],
  };
}

/** Takes a changed configuration into use; a broken one leaves the last good one in force. */
function followConfig(cli: Cli, loaded: LoadedConfig, project: Project) {
  const { log } = project;
  return watchConfig({
    load: loadOptions(cli, true),
    // What is in force has the server's address filled in; compared with that, no reload would look like a change.
    current: loaded,
    onChange(settings, { needRestart }) {
      project.apply({ ...settings, temporal: project.settings().temporal });
      log.info({}, 'configuration reloaded');
      if (needRestart.length > 0) log.warn({ keys: needRestart }, 'these keys count from the next start on');
    },
    onProblem(problem) {
      if (problem === null) log.info({}, 'configuration is good again');
      else
        log.error({ problem: problem.message }, 'configuration is broken, the last good one stays in force');
    },
  });
}
