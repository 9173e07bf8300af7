import { spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Client, Connection } from '@temporalio/client';
import { bundleWorkflowCode, DefaultLogger, NativeConnection, Runtime, Worker } from '@temporalio/worker';
import type { createProcessRunner as CreateProcessRunner } from '../../src/adapters/process/run-process.ts';
import { wallMs } from '../lib/numbers.ts';
import { answerCalls } from './answer-calls.ts';
import type { bareWorkflow } from './floor-workflows.ts';

/** What the process of the floors is told at its start. */
export interface FloorInput {
  readonly code: string;
  readonly address: string;
  readonly agent: string;
  readonly slots: number;
  readonly dir: string;
}

export interface BareActivities {
  /** Spawns the agent and waits for its end; answers when the activity's code began (wall ms). */
  runBare(name: string): Promise<number>;
}

const { code, address, agent, slots, dir } = JSON.parse(process.argv[2] ?? '{}') as FloorInput;
const taskQueue = `bare-${randomUUID()}`;
Runtime.install({ logger: new DefaultLogger('ERROR'), shutdownSignals: [] });

const plain = (name: string) =>
  new Promise<void>((resolve, reject) => {
    const child = spawn(agent, ['prompt'], {
      env: { ...process.env, TASK_NAME: name },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    child.once('error', reject);
    child.once('exit', () => resolve());
  });

const activities: BareActivities = {
  async runBare(name) {
    const at = wallMs();
    await plain(name);
    return at;
  },
};

const { createProcessRunner } = (await import(join(code, 'adapters/process/run-process.js'))) as {
  createProcessRunner: typeof CreateProcessRunner;
};
const runner = createProcessRunner();
const contained = (name: string) =>
  runner.run(
    {
      runId: randomUUID(),
      argv: [agent, 'prompt'],
      cwd: dir,
      env: { ...(process.env as Record<string, string>), TASK_NAME: name },
      stdin: null,
      timeoutMs: null,
      silenceMs: null,
      outputPath: join(dir, `${name}.log`),
    },
    {
      signal: new AbortController().signal,
      mayStart: () => undefined,
      onSpawn: () => undefined,
      onLine: () => true,
    },
  );

const connection = await NativeConnection.connect({ address });
const workflowsPath = fileURLToPath(new URL('./floor-workflows.ts', import.meta.url));
const worker = await Worker.create({
  connection,
  taskQueue,
  workflowBundle: await bundleWorkflowCode({ workflowsPath, logger: new DefaultLogger('ERROR') }),
  activities: { ...activities },
  maxConcurrentActivityTaskExecutions: slots,
});
const running = worker.run();
const client = new Client({ connection: await Connection.connect({ address }) });

async function workflow(name: string): Promise<{ at: number; began: number; ended: number }> {
  const at = wallMs();
  const began = await client.workflow.execute<typeof bareWorkflow>('bareWorkflow', {
    workflowId: `bare/${name}`,
    taskQueue,
    args: [name],
  });
  return { at, began, ended: wallMs() };
}

/** As many as are wanted in flight, for so long. */
async function flood({ ms, inFlight }: { ms: number; inFlight: number }): Promise<number> {
  const end = performance.now() + ms;
  let done = 0;
  const lane = async () => {
    while (performance.now() < end) {
      await workflow(randomUUID());
      done += 1;
    }
  };
  await Promise.all(Array.from({ length: inFlight }, lane));
  return done;
}

const stamped = async (work: Promise<unknown>, at = wallMs()) => {
  await work;
  return { at, ended: wallMs() };
};

answerCalls({
  workflow,
  flood,
  plain: (name: string) => {
    const at = wallMs();
    return stamped(plain(name), at);
  },
  contained: (name: string) => {
    const at = wallMs();
    return stamped(contained(name), at);
  },
  async stop() {
    worker.shutdown();
    await running;
    await client.connection.close();
    await connection.close();
  },
});
