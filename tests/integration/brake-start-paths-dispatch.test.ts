import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { call } from '../helpers/call.ts';
import { aProject, type TestProject, until } from '../helpers/project.ts';

const ann = { channel: 'library', actor: 'ann' } as const;

type Answer = Record<string, unknown>;

interface Scene {
  readonly p: TestProject;
  /** A run that is at work, for calls that its agent makes. */
  readonly callingRun: { readonly runId: string; readonly taskId: null };
}

/** One way in which a call can come to start an agent; each surface that adds one adds it here (I9). */
interface StartPath {
  readonly name: string;
  /** Before the brake is armed: something that will want to start another agent later. */
  prepare?(scene: Scene): Promise<Answer>;
  /** While it is armed. */
  go?(scene: Scene): Promise<Answer>;
  /** `refused`: whoever waits is told at once; `waits`: goes on when the brake is released. */
  readonly becomes: 'refused' | 'waits';
}

const ask = ({ p }: Scene, name: string, input: Answer, context = {}) =>
  call(p.project, name, input, context);
const idle = (task: string) => ({ agent: 'idle', task });

const PATHS: readonly StartPath[] = [
  { name: 'dispatch', becomes: 'refused', go: (s) => ask(s, 'dispatch', idle('sync')) },
  { name: 'dispatch_stream', becomes: 'refused', go: (s) => ask(s, 'dispatch-stream', idle('stream')) },
  { name: 'dispatch_async', becomes: 'waits', go: (s) => ask(s, 'dispatch-async', idle('async')) },
  { name: 'POST /dispatches', becomes: 'waits', go: (s) => ask(s, 'start-dispatch', idle('http')) },
  { name: 'a new conversation', becomes: 'refused', go: (s) => ask(s, 'dispatch-session', idle('turn')) },
  {
    name: 'the next turn of a conversation, in line already',
    becomes: 'refused',
    async prepare(s) {
      const turns = [1, 2].map(() =>
        ask(s, 'dispatch-session', { agent: 'gated', task: 'talk', session_id: 'one' }),
      );
      return lastOf(turns, ({ success }) => success !== true);
    },
  },
  {
    name: 'a dialogue',
    becomes: 'refused',
    go: (s) => talkOf(s, { requester: 'idle', responder: 'idle', topic: 'new' }),
  },
  {
    name: 'the next turn of a dialogue',
    becomes: 'refused',
    prepare: (s) => talkOf(s, { requester: 'idle', responder: 'gated', topic: 'open' }),
  },
  {
    name: 'calls side by side',
    becomes: 'refused',
    go: (s) => firstOf(ask(s, 'dispatch-parallel', { dispatches: [idle('a'), idle('b')] })),
  },
  {
    name: 'the one that sums up calls side by side',
    becomes: 'refused',
    async prepare(s) {
      const dispatches = [{ agent: 'gated', task: 'part' }];
      const { aggregated } = await ask(s, 'dispatch-parallel', { dispatches, aggregate: 'idle' });
      return aggregated as Answer;
    },
  },
  {
    name: 'a call of a running agent',
    becomes: 'refused',
    go: (s) => ask(s, 'dispatch', idle('nested'), { callingRun: s.callingRun }),
  },
  {
    name: 'an unawaited call of a running agent',
    becomes: 'waits',
    go: (s) => ask(s, 'dispatch-async', idle('nested later'), { callingRun: s.callingRun }),
  },
];

/** Until so many jobs of this text are there, and one of them has its process. */
async function openJobs({ p }: Scene, text: string, count: number): Promise<void> {
  const { jobs, projection } = p.project.context.store;
  await until(`${count} jobs of ${text}`, async () => {
    const own = (await jobs.list({ limit: 100 })).filter(({ task }) => task.includes(text));
    const runs = await Promise.all(own.map(({ jobId }) => projection.listRuns({ jobId, limit: 1 })));
    return own.length === count && runs.flat().some(({ spawnedAt }) => spawnedAt !== null);
  });
}

/** A dialogue ends with what its last turn came to. */
async function talkOf(scene: Scene, asked: Answer): Promise<Answer> {
  const { resolved, final_answer } = await ask(scene, 'dispatch-dialogue', asked);
  return { success: resolved, error: final_answer };
}

async function lastOf(
  turns: readonly Promise<Answer>[],
  which: (answer: Answer) => boolean,
): Promise<Answer> {
  return (await Promise.all(turns)).find(which) ?? { error: 'none was refused' };
}

async function firstOf(all: Promise<unknown>): Promise<Answer> {
  return ((await all) as Answer[])[0] ?? {};
}

/** How many agents came to life so far: each says so itself. */
const started = ({ dir }: TestProject): number => {
  const file = join(dir, 'started');
  return existsSync(file) ? readFileSync(file, 'utf8').length : 0;
};

const SAYS_SO = 'printf x >> started\n';

test('with the brake armed and confirmed no call starts an agent; what nobody waits for goes on afterwards (R-SYS-019, I9)', async () => {
  const p = await aProject({
    routes: [],
    agents: {
      idle: `${SAYS_SO}echo idle`,
      gated: `${SAYS_SO}while [ ! -e go ]; do sleep 0.05; done; echo gated`,
    },
    config: { pools: { dispatch: 30 }, host_slots: 40 },
  });
  const { control, store } = p.project.context;
  const outer = await call(p.project, 'dispatch-async', { agent: 'gated', task: 'outer' });
  const scene: Scene = { p, callingRun: await runOf(p, String(outer.job_id)) };
  const begun = new Map<StartPath, Promise<Answer>>();
  for (const path of PATHS) {
    const answer = path.prepare?.(scene);
    // Ready when its agents are: the answer itself comes much later.
    if (answer !== undefined) begun.set(path, answer);
  }
  await openJobs(scene, 'talk', 2);
  await openJobs(scene, 'open', 1);
  await openJobs(scene, 'part', 1);
  await until('their agents are at work', () => started(p) === 4);

  const { unconfirmed } = await control.arm({ reason: 'audit', stopRunning: false }, ann);
  expect(unconfirmed).toEqual([]);
  for (const path of PATHS) if (path.go !== undefined) begun.set(path, path.go(scene));
  writeFileSync(join(p.dir, 'go'), '');
  const waiting: string[] = [];
  for (const [path, answer] of begun) {
    const { success, error, job_id, id } = await answer;
    if (path.becomes === 'waits') waiting.push(String(job_id ?? id));
    else
      expect({ name: path.name, success, error }).toEqual({ name: path.name, success: false, error: BRAKED });
    expect(started(p), path.name).toBe(4);
  }
  // A worker that comes up while it is armed takes nothing up, either.
  await p.worker?.stop();
  await p.startWorker();
  const quietUntil = performance.now() + 2_000;
  while (performance.now() < quietUntil) await new Promise((resolve) => setTimeout(resolve, 50));
  expect(started(p)).toBe(4);

  await control.disarm(ann);
  for (const jobId of waiting)
    await until(`${jobId} is done`, async () => (await store.jobs.statusOf(jobId)) === 'done', 30_000);
  expect(started(p)).toBe(4 + waiting.length);
});

const BRAKED = expect.stringContaining('Kill switch armed');

function runOf({ project }: TestProject, jobId: string): Promise<Scene['callingRun']> {
  return until('it runs', async () => {
    const [run] = await project.context.store.projection.listRuns({ jobId, limit: 1 });
    return run?.spawnedAt != null && { runId: run.runId, taskId: null };
  });
}
