import { mkdir, rename, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { bundleWorkflowCode } from '@temporalio/worker';

const atRoot = (path) => fileURLToPath(new URL(`../${path}`, import.meta.url));
const SOURCE = atRoot('dist/workflows/index.js');
const TARGET = atRoot('dist/workflow-bundle.js');

const quiet = { log() {}, trace() {}, debug() {}, info() {}, warn: console.error, error: console.error };

// Without the bundle at hand every worker start would spend a second of webpack on it.
const { code } = await bundleWorkflowCode({
  workflowsPath: SOURCE,
  logger: quiet,
  // Each worker keeps the map in memory; stack traces need its positions, not the sources once more.
  webpackConfigHook: (config) => ({ ...config, devtool: 'inline-nosources-source-map' }),
});
await mkdir(dirname(TARGET), { recursive: true });
await writeFile(`${TARGET}.new`, code);
await rename(`${TARGET}.new`, TARGET);
