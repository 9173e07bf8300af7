import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { aProject, until } from '../helpers/project.ts';
import { aProcess } from '../helpers/project-process.ts';

/** Two workers start in it, one in a process of its own. */
const TEST_MS_MAX = 90_000;
const WAIT_MS_MAX = 30_000;

test(
  'people are told, once, of a worker that died while it ran agents (R-PROD-081)',
  async () => {
    const p = await aProject({
      queues: { Todo: ['1', '2'].map((id) => ({ id, name: `task ${id}` })), 'In Progress': [], Done: [] },
      agents: { slow: '[ -e again ] || sleep 60' },
      routes: [{ queue_name: 'Todo', agent: 'slow', completed_queue: 'Done' }],
      worker: false,
    });
    const worker = await aProcess(p);
    const { projection, notices } = p.project.context.store;
    const running = () => projection.listRuns({ status: 'running', limit: 5 });
    await until('two runs', async () => (await running()).length === 2, WAIT_MS_MAX);
    await worker.kill();
    writeFileSync(join(p.dir, 'again'), '');
    await p.startWorker();
    const lost = async () =>
      (await projection.listRuns({ limit: 10 })).filter(({ outcome }) => outcome === 'worker_lost');
    await until('both lost', async () => (await lost()).length === 2, WAIT_MS_MAX);
    const told = await until('told', async () => {
      const kept = await notices.list({ limit: 10 });
      return kept.length > 0 && kept.filter(({ kind }) => kind === 'worker-lost');
    });
    const key = `worker-lost/${worker.hostId}`;
    expect(told).toMatchObject([{ subject: 'Worker lost', priority: 'high', key }]);
    expect(told[0]?.body).toMatch(/^The worker on host \S+ was gone while agent slow worked on task [12] /);
  },
  TEST_MS_MAX,
);
