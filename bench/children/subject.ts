import { join } from 'node:path';
import type { createMemoryBoard as CreateMemoryBoard } from '../../src/adapters/boards/memory-board.ts';
import type { loadConfig as LoadConfig } from '../../src/adapters/config/load-config.ts';
import type { openProject as OpenProject } from '../../src/compose.ts';
import type { startApi as StartApi } from '../../src/compose-api.ts';
import type { startWorker as StartWorker } from '../../src/compose-worker.ts';
import type { AdmitRequest } from '../../src/core/policy/governor/state.ts';
import { wallMs } from '../lib/numbers.ts';
import { answerCalls } from './answer-calls.ts';
import { markPorts } from './marks.ts';
import { startProfile } from './profile.ts';
import { leaveOutTrail } from './without-trail.ts';

/** What a measured project process is told at its start. */
export interface SubjectInput {
  /** Folder of the compiled code under test. */
  readonly code: string;
  /** Folder with dispatch.yaml. */
  readonly dir: string;
  /** Tasks by queue of a memory board; null = the board the configuration names. */
  readonly memory: Readonly<Record<string, number>> | null;
  readonly worker: boolean;
  /** Note the times of calls at the ports. */
  readonly marks: boolean;
  readonly api: boolean;
  /** False: the code under test gets an audit trail that keeps nothing. */
  readonly trail: boolean;
  /** Folder for a CPU profile of the main thread from ready to stop. */
  readonly profileDir?: string;
}

const input = JSON.parse(process.argv[2] ?? '{}') as SubjectInput;
if (!input.trail) leaveOutTrail();
const load = <Module>(path: string) => import(join(input.code, path)) as Promise<Module>;
const quiet = {
  debug: () => undefined,
  info: () => undefined,
  isLevelEnabled: () => false,
  warn: (facts: unknown, text: string) => process.stderr.write(`${text} ${JSON.stringify(facts)}\n`),
  error: (facts: unknown, text: string) => process.stderr.write(`${text} ${JSON.stringify(facts)}\n`),
};

const { loadConfig } = await load<{ loadConfig: typeof LoadConfig }>('adapters/config/load-config.js');
const { openProject } = await load<{ openProject: typeof OpenProject }>('compose.js');
const { createMemoryBoard } = await load<{ createMemoryBoard: typeof CreateMemoryBoard }>(
  'adapters/boards/memory-board.js',
);
const env = { ...process.env, HOME: input.dir, XDG_STATE_HOME: join(input.dir, 'state') };
const { settings } = await loadConfig({ cwd: input.dir, env });
const board = input.memory === null ? null : createMemoryBoard(queuesOf(input.memory));
const project = await openProject({ settings, env, log: quiet, ...(board === null ? {} : { board }) });
const marks = input.marks ? markPorts(project) : null;
const { startApi } = await load<{ startApi: typeof StartApi }>('compose-api.js');
const api = input.api ? await startApi(project) : null;
const { startWorker } = await load<{ startWorker: typeof StartWorker }>('compose-worker.js');
const worker = input.worker ? await startWorker(project) : null;
const { context } = project;
const profile = input.profileDir === undefined ? null : await startProfile(input.profileDir);

answerCalls({
  marks: () => marks?.take() ?? {},
  ready: () => ({ url: api?.url ?? null }),
  usage: () => ({ rssMb: process.memoryUsage().rss / 2 ** 20, cpuMs: cpuMs() }),
  run: async (name: string) => {
    const runs = await context.store.projection.listRuns({ limit: 20 });
    return runs.find(({ taskName }) => taskName === name) ?? null;
  },
  async create({ queue, name }: { queue: string; name: string }) {
    const at = wallMs();
    const { id } = await context.board.createTask(queue, name, '');
    return { at, id };
  },
  async fill({ queue, count }: { queue: string; count: number }) {
    for (let index = 0; index < count; index += 1)
      await context.board.createTask(queue, `later ${index}`, '');
  },
  count: async (queue: string) => (await context.board.getQueue(queue)).tasks.length,
  pause: (route: string) =>
    context.control.pause({ scope: 'route', name: route, reason: null }, { channel: 'cli', actor: 'bench' }),
  /** How long it takes to be let in and to leave again (ms), and what was held for it meanwhile. */
  async admission(request: AdmitRequest) {
    const start = performance.now();
    const answer = await project.looker.governor.admit(request);
    await project.looker.governor.release({
      leaseId: request.leaseId,
      usage: { costMicroUsd: 1_000, outcome: 'ok' },
    });
    const took = performance.now() - start;
    if (answer.kind !== 'granted') throw new Error(`an admission was ${answer.kind}`);
    return { took, heldMicroUsd: answer.reservedMicroUsd ?? 0 };
  },
  /** What is booked, and how many runs are under way. */
  async money() {
    const [booked, running] = await Promise.all([
      context.store.records.listSpend({ limit: 1_000 }),
      context.store.projection.listRuns({ status: 'running', limit: 1_000 }),
    ]);
    return { microUsd: booked.reduce((sum, one) => sum + one.microUsd, 0), running: running.length };
  },
  async stop() {
    await profile?.write();
    await worker?.stop();
    await api?.close();
    await project.close();
  },
});

function cpuMs(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
}

function queuesOf(counts: Readonly<Record<string, number>>) {
  const queues: Record<string, { id: string; name: string }[]> = {};
  for (const [queue, count] of Object.entries(counts)) {
    queues[queue] = Array.from({ length: count }, (_, index) => ({
      id: `${queue}-${index}`,
      name: `${queue} ${index}`,
    }));
  }
  return queues;
}
