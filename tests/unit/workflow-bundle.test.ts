import { fileURLToPath } from 'node:url';
import { bundleWorkflowCode } from '@temporalio/worker';
import { expect, test } from 'vitest';

/** The workflows are 2.5 MB with their source map; one value import of zod adds 1 MB (measured). */
const BUNDLE_BYTES_MAX = 3_000_000;

test('the workflow bundle holds no zod, no node: module and no client', async () => {
  const workflowsPath = fileURLToPath(new URL('../../src/workflows/index.ts', import.meta.url));
  const quiet = () => undefined;
  const logger = { log: quiet, trace: quiet, debug: quiet, info: quiet, warn: quiet, error: quiet };
  const { code } = await bundleWorkflowCode({ workflowsPath, logger });
  // Webpack names each module it packs by its path; the source map at the end repeats them.
  for (const name of [
    'node_modules/zod/',
    '@temporalio/client/',
    '@temporalio/worker/',
    'src/adapters/',
    'src/api/',
  ]) {
    expect(code, name).not.toContain(name);
  }
  expect(code).not.toMatch(/require\(["']node:/);
  expect(code.length).toBeLessThan(BUNDLE_BYTES_MAX);
});
