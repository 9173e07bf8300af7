import { randomUUID } from 'node:crypto';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { importJobFiles as ImportJobFiles } from '../../src/adapters/job-files/import-job-files.ts';
import type { createSqliteStore as CreateSqliteStore } from '../../src/adapters/store/create-sqlite-store.ts';
import { AGENT } from './callee.ts';

/** Job files as the tool before us writes them; answers their folder. */
export function writeOldJobs(home: string, count: number): string {
  const dir = join(home, 'jobs');
  mkdirSync(dir, { recursive: true });
  const now = Date.now() / 1000;
  for (let index = 0; index < count; index += 1) {
    const id = randomUUID().replaceAll('-', '');
    const [created_at, completed_at] = [now - index - 5, now - index];
    const result = { agent: AGENT, success: true, result: 'x'.repeat(500), session_id: randomUUID() };
    const job = { id, agent: AGENT, task: `task ${index}`, status: 'done', created_at, completed_at };
    writeFileSync(
      join(dir, `${id}.json`),
      JSON.stringify({ ...job, started_at: created_at, result }, null, 2),
    );
  }
  return dir;
}

/** The same jobs in a project's store, taken over as at its first start. */
export async function takeOverOldJobs(code: string, home: string, count: number): Promise<void> {
  const dir = writeOldJobs(home, count);
  const load = <Module>(path: string) => import(join(code, path)) as Promise<Module>;
  const { createSqliteStore } = await load<{ createSqliteStore: typeof CreateSqliteStore }>(
    'adapters/store/create-sqlite-store.js',
  );
  const { importJobFiles } = await load<{ importJobFiles: typeof ImportJobFiles }>(
    'adapters/job-files/import-job-files.js',
  );
  const store = await createSqliteStore({ dir: join(home, '.dispatch'), project: projectAt(home) });
  const files = { write: async () => {}, remove: async () => {} };
  const { jobs } = store;
  const { imported } = await importJobFiles({ dir, jobs, files, now: Date.now(), isToolAlive: false });
  await store.close();
  if (imported !== count) throw new Error(`${imported} of ${count} old jobs taken over`);
}

/** A project's folder has its name. */
const projectAt = (home: string): string => home.slice(home.lastIndexOf('/') + 1);
