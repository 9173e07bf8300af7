import { openProject, type Project } from '../../compose.ts';
import { openSession, type Session, type SessionSource } from './producer-session.ts';

/** Opens what a producer's calls need, once for all that go on at the same time. */
export interface ProducerWork {
  isOpen(): boolean;
  /** Runs it with a worker; rejects when that cannot go on. The last one out closes it. */
  withWorker<T>(how: { readonly stays: boolean }, work: (session: Session) => Promise<T>): Promise<T>;
  /** Runs it with board and store alone: without a worker nothing of Temporal is loaded. */
  withProject<T>(work: (project: Project) => Promise<T>): Promise<T>;
}

/** `sourceNow` says what to work with, read anew whenever nothing is open. */
export function createProducerWork(sourceNow: () => SessionSource): ProducerWork {
  let session: Promise<Session> | null = null;
  let users = 0;

  async function leave(): Promise<void> {
    users -= 1;
    if (users > 0) return;
    const last = session;
    session = null;
    const open = await last?.catch(() => null);
    await open?.close();
  }

  return {
    isOpen: () => session !== null,
    async withWorker(how, work) {
      session ??= openSession(sourceNow(), how);
      users += 1;
      try {
        const open = await session;
        return await Promise.race([work(open), open.worker.failed]);
      } finally {
        await leave();
      }
    },
    async withProject(work) {
      if (session !== null) return work((await session).project);
      const { settings, env, log } = sourceNow();
      const project = await openProject({ settings, env, log });
      try {
        return await work(project);
      } finally {
        await project.close();
      }
    },
  };
}
