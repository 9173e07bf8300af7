import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pino, { type Logger } from 'pino';
import { createAgentRegistry } from '../../src/adapters/agents-file/agent-registry.ts';
import { createAgentScan } from '../../src/adapters/agents-file/scan/agent-scan.ts';
import { createMemoryBoard, type InitialQueues } from '../../src/adapters/boards/memory-board.ts';
import { createBrakeFile } from '../../src/adapters/brake/brake-file.ts';
import { toNotifications } from '../../src/adapters/config/notifications.ts';
import { createMarkdownEscalations } from '../../src/adapters/escalations/markdown-escalations.ts';
import { createNotices } from '../../src/adapters/notify/notices.ts';
import { createNtfyInbox } from '../../src/adapters/notify/ntfy-inbox.ts';
import { createPrices } from '../../src/adapters/pricing/prices.ts';
import { createReports } from '../../src/adapters/report/reports.ts';
import { createRouteTable } from '../../src/adapters/routes/route-table.ts';
import { createSqliteStore } from '../../src/adapters/store/create-sqlite-store.ts';
import { createEventTail } from '../../src/adapters/store/event-tail.ts';
import { createJobWaiter } from '../../src/adapters/store/job-waiter.ts';
import { type HttpServer, listenHttp } from '../../src/api/http.ts';
import type { OperationContext } from '../../src/api/operation.ts';
import { openDispatchFiles } from '../../src/compose-jobs.ts';
import { AppError } from '../../src/core/errors.ts';
import type { DispatchControl } from '../../src/core/ports/dispatch-control.ts';
import type { AgentSpec, Route } from '../../src/core/schema/route.ts';
import type { RunRecord } from '../../src/core/schema/run-record.ts';
import type { Settings } from '../../src/core/schema/settings.ts';
import { createDirectControl, type DirectControl } from './direct-control.ts';

export interface HttpProject {
  readonly server: HttpServer;
  readonly context: OperationContext;
  readonly control: DirectControl;
  readonly stateDir: string;
  /** A request to the server; `json` is the parsed answer, or null. */
  call(method: string, path: string, body?: unknown, headers?: Record<string, string>): Promise<Answer>;
  close(): Promise<void>;
}

export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  // biome-ignore lint/suspicious/noExplicitAny: tests look into answers of any shape
  readonly json: any;
  readonly text: string;
}

export interface HttpProjectOptions {
  readonly queues?: InitialQueues;
  readonly routes?: readonly Partial<Route>[];
  readonly api?: Partial<Settings['api']>;
  /** Agents of dispatch.yaml; absent = the engineer. */
  readonly agents?: Settings['agents'];
  readonly token?: string | null;
  readonly log?: Logger;
}

/** What reports look at beside board and store. */
const REPORTED = {
  brake: createBrakeFile('/nowhere/kill_switch'),
  prices: createPrices({ file: () => '/nowhere/pricing.json', onWarning: () => {} }),
};

const ENGINEER: AgentSpec = {
  name: 'engineer',
  kind: 'command',
  command: ['claude', '-p'],
  promptVia: 'argument',
  cwd: null,
  env: {},
  timeoutSeconds: 1800,
  silenceSeconds: null,
  options: {},
};

/** A route from Todo with every default. */
export function aRoute(fields: Partial<Route> = {}): Route {
  return {
    queueName: 'Todo',
    inProgressQueue: 'In Progress',
    agent: 'engineer',
    args: ['--agent', 'engineer'],
    promptTemplate: 'Work on {task_id}',
    timeoutSeconds: 1800,
    pollIntervalSeconds: 30,
    priority: 1,
    maxRetries: 2,
    retryBackoffSeconds: 0,
    nonRetryableExitCodes: [],
    deadLetterQueue: 'Failed',
    deadLetterQueueSource: 'route',
    completedQueue: null,
    onExternalMove: 'keep',
    assignee: null,
    origin: 'code',
    index: 0,
    ...fields,
  };
}

/** A running run of task 1. */
export function aRun(fields: Partial<RunRecord> = {}): RunRecord {
  return {
    runId: 'run-1',
    taskId: '1',
    jobId: null,
    taskName: 'Fix the login',
    surface: 'route',
    queueName: 'Todo',
    inProgressQueue: 'In Progress',
    agent: 'engineer',
    attempt: 1,
    retryCount: 0,
    hostId: 'host-1',
    pid: 4242,
    sessionId: null,
    argv: ['claude', '-p'],
    envKeys: ['TASK_ID'],
    prompt: 'Work on 1',
    containment: 'group',
    timeoutSeconds: 1800,
    startedAt: Date.now() - 2000,
    spawnedAt: Date.now() - 1000,
    endedAt: null,
    lastEventAt: null,
    status: 'running',
    outcome: null,
    reason: null,
    exitCode: null,
    signal: null,
    costMicroUsd: null,
    outputPath: null,
    outputBytes: 0,
    tail: '',
    ...fields,
  };
}

const QUEUES: InitialQueues = {
  Todo: [
    { id: '1', name: 'Fix the login', description: 'It fails', labels: ['bug'], assignees: ['ann'] },
    { id: '2', name: 'Write the page' },
  ],
  'In Progress': [],
  Done: [],
  Failed: [],
};

/** Nothing is dispatched here: there is no Temporal behind it. */
const NO_DISPATCHES = new Proxy({} as DispatchControl, {
  get: () => () => Promise.reject(new AppError('temporal-unavailable', 'no Temporal in this test')),
});

/** A whole project behind a real server on a free port: memory board, store in memory, real routes and sockets. */
export async function startHttpProject(options: HttpProjectOptions = {}): Promise<HttpProject> {
  const stateDir = mkdtempSync(join(tmpdir(), 'dispatch-http-'));
  const project = 'shop';
  const board = createMemoryBoard(options.queues ?? QUEUES);
  const store = await createSqliteStore({ dir: null, project });
  const settings = settingsOf(stateDir, options);
  const control = createDirectControl({ project, board, store });
  const events = createEventTail(store.projection);
  const routes = createRouteTable({ settings: () => settings, store });
  const agents = createAgentRegistry({
    agentsFile: { path: join(stateDir, 'agents.yaml'), ownsFolder: false },
    settings: () => settings,
  });
  const agentScan = createAgentScan();
  const jobEnds = createJobWaiter(store.jobs);
  const log = options.log ?? pino({ level: 'silent' });
  const startedAt = Date.now();
  const context: OperationContext = {
    settings,
    board,
    store,
    routes,
    control,
    events,
    agents,
    agentScan,
    ...openDispatchFiles({ env: {}, agentsFile: join(stateDir, 'agents.yaml'), log }, agents),
    jobEnds,
    dispatches: NO_DISPATCHES,
    notices: createNotices({ box: store.notices, log, secrets: [] }),
    escalations: createMarkdownEscalations(() => join(stateDir, 'escalations')),
    inbox: createNtfyInbox(() => null),
    reports: createReports({ board, store, ...REPORTED, settings: () => settings }),
    version: '0.1.0',
    startedAt,
  };
  const server = await listenHttp({ context, settings, token: options.token ?? null, log });

  return {
    server,
    context,
    control,
    stateDir,
    async call(method, path, body, headers = {}) {
      const response = await fetch(`http://127.0.0.1:${server.port}${path}`, {
        method,
        headers: { ...(body === undefined ? {} : { 'content-type': 'application/json' }), ...headers },
        ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
      });
      const text = await response.text();
      return { status: response.status, headers: response.headers, text, json: parsed(text) };
    },
    async close() {
      await server.close();
      events.close();
      jobEnds.close();
      await store.close();
      rmSync(stateDir, { recursive: true, force: true });
    },
  };
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

function settingsOf(
  stateDir: string,
  { routes = [{}], api = {}, agents = { engineer: ENGINEER } }: HttpProjectOptions,
): Settings {
  return {
    project: 'shop',
    baseDir: stateDir,
    stateDir,
    reportsDir: stateDir,
    reportHours: 0,
    reportHtml: false,
    notifications: toNotifications({}),
    board: { kind: 'memory' },
    agents,
    routes: routes.map((fields, index) => aRoute({ index, ...fields })),
    defaults: {
      command: [],
      agent: 'engineer',
      pollIntervalSeconds: 30,
      timeoutSeconds: null,
      silenceSeconds: null,
      maxRetries: 0,
      retryBackoffSeconds: 0,
      deadLetterQueue: null,
    },
    pools: { routes: 3, dispatch: 5, roles: 1 },
    hostSlots: null,
    runSecondsMax: 604_800,
    api: {
      host: '127.0.0.1',
      port: 0,
      enableQueueManagement: true,
      allowedHosts: [],
      tokenEnv: 'DISPATCH_TOKEN',
      requireTokens: false,
      ...api,
    },
    temporal: { address: null, namespace: 'default', profile: null },
    hosts: 'single',
    adopt: false,
    environmentAllowlist: null,
    debug: false,
  };
}
