import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Client } from '@temporalio/client';
import { createAgentRegistry } from './adapters/agents-file/agent-registry.ts';
import { agentsFilePlace } from './adapters/agents-file/agents-file-path.ts';
import { createAgentScan } from './adapters/agents-file/scan/agent-scan.ts';
import { createBrakeFile } from './adapters/brake/brake-file.ts';
import { endsOnFile } from './adapters/job-files/ends-on-file.ts';
import { inStep } from './adapters/job-files/in-step.ts';
import type { WatchedNotices } from './adapters/notify/notices.ts';
import { createRouteTable } from './adapters/routes/route-table.ts';
import { createSqliteStore } from './adapters/store/create-sqlite-store.ts';
import { createEventTail } from './adapters/store/event-tail.ts';
import { createJobWaiter } from './adapters/store/job-waiter.ts';
import type { ServerAddress } from './adapters/temporal/connection.ts';
import { serverAddress } from './adapters/temporal/server-address.ts';
import type { OperationContext } from './api/operation.ts';
import { openBoard } from './compose-board.ts';
import { connectOnce } from './compose-client.ts';
import { createLazyControl, createLazyDispatchControl } from './compose-control.ts';
import { openDispatchFiles } from './compose-jobs.ts';
import { createLooker, type Looker } from './compose-looker.ts';
import { openTellers } from './compose-tellers.ts';
import { noteReload } from './compose-trail.ts';
import { moneyPolicyOf } from './core/policy/money/policy-of.ts';
import type { Board } from './core/ports/board.ts';
import type { BrakeFile } from './core/ports/brake-file.ts';
import type { Log } from './core/ports/log.ts';
import type { PromptFunction } from './core/ports/route-table.ts';
import type { Settings } from './core/schema/settings.ts';
import { version } from './version.ts';

/** What a project is opened from. */
export interface ProjectSource {
  readonly settings: Settings;
  /** A board object of code; wins over `settings.board`. */
  readonly board?: Board;
  /** Prompt functions of code, by queue. */
  readonly promptFunctions?: ReadonlyMap<string, PromptFunction>;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly log: Log;
}

/** A project with its board and store open; nothing of Temporal is loaded or connected before it is used. */
export interface Project {
  readonly context: OperationContext & { readonly notices: WatchedNotices };
  readonly env: ProjectSource['env'];
  readonly log: Log;
  readonly looker: Looker;
  settings(): Settings;
  /** Takes a reloaded configuration into use; routes, limits and texts follow from the next decision on. */
  apply(settings: Settings): void;
  readonly brake: BrakeFile;
  client(): Promise<Client>;
  readonly server: ServerAddress;
  close(): Promise<void>;
}

/** Opens board and store and wires the surfaces' context; connects to nothing. */
export async function openProject(source: ProjectSource): Promise<Project> {
  const { env, log } = source;
  let settings = source.settings;
  const { project, stateDir } = settings;
  mkdirSync(join(stateDir, 'runs'), { recursive: true, mode: 0o700 });
  const opened = await createSqliteStore({
    dir: stateDir,
    project,
    onWarning: (message, details) => log.warn(details, message),
  });
  const opening = openAgents(env, () => settings, log);
  const agents = { ...opening, jobFiles: inStep(opening.jobFiles, opened.jobs) };
  const store = { ...opened, jobs: endsOnFile(opened.jobs, agents.jobFiles) };
  const board = source.board ?? openBoard(() => settings, log);
  const routes = createRouteTable({
    settings: () => settings,
    store,
    ...(source.promptFunctions === undefined ? {} : { promptFunctions: source.promptFunctions }),
    onNote: (text) => log.warn({}, text),
  });
  const events = createEventTail(store.projection, {
    onError: (error) => log.warn({ error }, 'event stream failed'),
  });
  const brake = createBrakeFile(settings.brakeFile ?? join(stateDir, 'kill_switch'));
  const server = await serverOf(settings, env);
  const client = connectOnce(server);
  const parts = { project, store, board, routes, client, brake, log };
  const looker = createLooker({
    ...parts,
    pools: () => settings.pools,
    policy: () => moneyPolicyOf(settings),
  });
  const control = createLazyControl({ ...parts, ...looker, address: server.address });
  const jobEnds = createJobWaiter(store.jobs, {
    onError: (error) => log.warn({ error }, 'ends of dispatches not read'),
  });
  const dispatches = createLazyDispatchControl(client, project, server.address);
  const tellers = openTellers({ ...{ env, log, board, store, brake }, settings: () => settings });
  const context: Project['context'] = {
    get settings() {
      return settings;
    },
    ...{ board, store, routes, control, events, ...tellers, ...agents, jobEnds, dispatches, version },
    startedAt: Date.now(),
  };
  return {
    ...{ context, env, log, looker, client, server, brake },
    settings: () => settings,
    apply(next) {
      void noteReload(store.records, log, { before: settings, after: next });
      settings = next;
      looker.passOn().catch((error: unknown) => log.warn({ error }, 'limits not passed on to the governor'));
    },
    async close() {
      events.close();
      jobEnds.close();
      await client.close();
      await board.close?.();
      await store.close();
    },
  };
}

/** The agents that calls may go to, and what can be seen of their folders. */
function openAgents(env: ProjectSource['env'], settings: () => Settings, log: Log) {
  const agents = createAgentRegistry({
    agentsFile: agentsFilePlace(env),
    settings,
    onWarning: (text) => log.warn({}, text),
  });
  const agentsFile = agentsFilePlace(env).path;
  return { agents, agentScan: createAgentScan(), ...openDispatchFiles({ env, agentsFile, log }, agents) };
}

/** The server, with the codec when a key file is named. */
async function serverOf(settings: Settings, env: ProjectSource['env']): Promise<ServerAddress> {
  const server = await serverAddress(settings, env);
  const keyFile = env.DISPATCH_PAYLOAD_KEY_FILE;
  if (keyFile === undefined || keyFile === '') return server;
  const { readPayloadCodec } = await import('./adapters/temporal/payload-codec.ts');
  return { ...server, codec: readPayloadCodec(keyFile) };
}
