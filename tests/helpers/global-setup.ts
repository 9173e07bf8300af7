import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { bundleWorkflowCode, DefaultLogger } from '@temporalio/worker';
import type { TestProject } from 'vitest/node';
import { type OwnTemporal, startOwnServer } from './own-temporal.ts';

declare module 'vitest' {
  interface ProvidedContext {
    temporalAddress: string;
    /** File of the workflow bundle, made once for the whole run. */
    workflowBundle: string;
  }
}

interface SharedServer {
  users: number;
  server: Promise<OwnTemporal>;
  bundle: Promise<string>;
}

/** Every project of the run loads this file anew, so the one server is kept where all copies see it. */
const KEY = Symbol.for('dispatch.tests.temporal');
const shared = globalThis as unknown as Record<symbol, SharedServer | undefined>;

/** Starts the shared dev server with the first project that needs it and stops it with the last. */
export default async function setUp(project: TestProject): Promise<() => Promise<void>> {
  const entry = shared[KEY] ?? { users: 0, server: startOwnServer(), bundle: bundleWorkflows() };
  shared[KEY] = entry;
  entry.users += 1;
  const { address, stop } = await entry.server;
  project.provide('temporalAddress', address);
  const bundle = await entry.bundle;
  project.provide('workflowBundle', bundle);
  return async () => {
    entry.users -= 1;
    if (entry.users > 0) return;
    shared[KEY] = undefined;
    await stop();
    rmSync(join(bundle, '..'), { recursive: true, force: true });
  };
}

/** Every worker of every test file would otherwise bundle the same workflows again. */
async function bundleWorkflows(): Promise<string> {
  const workflowsPath = fileURLToPath(new URL('../../src/workflows/', import.meta.url));
  const { code } = await bundleWorkflowCode({ workflowsPath, logger: new DefaultLogger('ERROR') });
  const file = join(mkdtempSync(join(tmpdir(), 'dispatch-bundle-')), 'workflow-bundle.js');
  writeFileSync(file, code);
  return file;
}
