import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Client } from '@temporalio/client';
import type { Log } from './activities/ports.ts';
import { createBrakeFile } from './adapters/brake/brake-file.ts';
import { createJsonBoard } from './adapters/boards/json-board.ts';
import { createMemoryBoard } from './adapters/boards/memory-board.ts';
import { createRouteTable } from './adapters/routes/route-table.ts';
import { createSqliteStore } from './adapters/store/create-sqlite-store.ts';
import { createEventTail } from './adapters/store/event-tail.ts';
import { serverAddress } from './adapters/temporal/server-address.ts';
import type { OperationContext } from './api/operation.ts';
import { createTemporalControl } from './api/temporal-control.ts';
import { AppError } from './core/errors.ts';
import type { Board } from './core/ports/board.ts';
import type { PromptFunction } from './core/ports/route-table.ts';
import type { Settings } from './core/schema/settings.ts';
import { createLooker, type Looker } from './compose-looker.ts';
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
  readonly context: OperationContext;
  readonly env: ProjectSource['env'];
  readonly log: Log;
  readonly looker: Looker;
  settings(): Settings;
  /** Takes a reloaded configuration into use; routes, limits and texts follow from the next decision on. */
  apply(settings: Settings): void;
  brake(): ReturnType<typeof createBrakeFile>;
  client(): Promise<Client>;
  address(): Promise<Awaited<ReturnType<typeof serverAddress>>>;
  close(): Promise<void>;
}

/** Opens board and store and wires the surfaces' context; connects to nothing. */
export async function openProject(source: ProjectSource): Promise<Project> {
  const { env, log } = source;
  let settings = source.settings;
  const { project, stateDir } = settings;
  mkdirSync(join(stateDir, 'runs'), { recursive: true, mode: 0o700 });
  const store = await createSqliteStore({
    dir: stateDir,
    project,
    onWarning: (message, details) => log.warn(details, message),
  });
  const board = source.board ?? openBoard(settings, log);
  const routes = createRouteTable({
    settings: () => settings,
    store,
    ...(source.promptFunctions === undefined ? {} : { promptFunctions: source.promptFunctions }),
    onNote: (text) => log.warn({}, text),
  });
  const events = createEventTail(store.projection, { onError: (error) => log.warn({ error }, 'event stream failed') });
  const brake = createBrakeFile(join(stateDir, 'kill_switch'));
  const server = await serverAddress(settings, env);
  const client = connectOnce(server);
  const looker = createLooker({ project, store, board, routes, client, brake, log, pools: () => settings.pools });
  const control = createTemporalControl({
    project,
    address: server.address,
    store,
    board,
    routes,
    client,
    brake,
    look: () => looker.look(),
    startTask: (taskId) => looker.startTask(taskId),
  });
  const context: OperationContext = {
    get settings() {
      return settings;
    },
    ...{ board, store, routes, control, events, version, startedAt: Date.now() },
  };
  return {
    ...{ context, env, log, looker, client },
    settings: () => settings,
    apply(next) {
      settings = next;
    },
    brake: () => brake,
    address: async () => server,
    async close() {
      events.close();
      await looker.close();
      await client.close();
      await board.close?.();
      await store.close();
    },
  };
}

function openBoard({ board }: Settings, log: Log): Board {
  switch (board.kind) {
    case 'json':
      return createJsonBoard({
        path: board.path,
        idStyle: board.idStyle,
        onProblem: (problem) =>
          problem === null ? log.info({}, 'board file is well again') : log.error({ problem: problem.message }, 'board file is broken'),
      });
    case 'memory':
      return createMemoryBoard();
    case 'custom':
      throw new AppError('invalid-config', 'this project takes its board from code', {
        hint: 'start it with its own script, or set `board` in dispatch.yaml',
      });
  }
}

/** One connection, made at the first use; a failed one is tried again at the next. */
function connectOnce(server: Awaited<ReturnType<typeof serverAddress>>) {
  let connecting: Promise<Client> | null = null;
  const connect = async (): Promise<Client> => {
    connecting ??= import('./adapters/temporal/connection.ts').then(({ connectClient }) => connectClient(server));
    try {
      return await connecting;
    } catch (error) {
      connecting = null;
      throw error;
    }
  };
  return Object.assign(connect, {
    async close() {
      const client = await connecting?.catch(() => null);
      await client?.connection.close();
    },
  });
}
