import type { TestProject } from 'vitest/node';
import { type OwnTemporal, startOwnServer } from './own-temporal.ts';

declare module 'vitest' {
  interface ProvidedContext {
    temporalAddress: string;
  }
}

interface SharedServer {
  users: number;
  server: Promise<OwnTemporal>;
}

/** Every project of the run loads this file anew, so the one server is kept where all copies see it. */
const KEY = Symbol.for('dispatch.tests.temporal');
const shared = globalThis as unknown as Record<symbol, SharedServer | undefined>;

/** Starts the shared dev server with the first project that needs it and stops it with the last. */
export default async function setUp(project: TestProject): Promise<() => Promise<void>> {
  const entry = shared[KEY] ?? { users: 0, server: startOwnServer() };
  shared[KEY] = entry;
  entry.users += 1;
  const { address, stop } = await entry.server;
  project.provide('temporalAddress', address);
  return async () => {
    entry.users -= 1;
    if (entry.users > 0) return;
    shared[KEY] = undefined;
    await stop();
  };
}
