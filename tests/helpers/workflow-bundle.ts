import { fileURLToPath } from 'node:url';
import { bundleWorkflowCode, type WorkflowBundle } from '@temporalio/worker';

/** Recorded histories, one folder for each version whose workflows wrote them. */
export const HISTORIES = fileURLToPath(new URL('../replay/histories/', import.meta.url));
const WORKFLOWS = fileURLToPath(new URL('../../src/workflows/index.ts', import.meta.url));

/** Bundles workflow code without a word; the project's own unless told otherwise. */
export function bundleQuietly(workflowsPath: string = WORKFLOWS): Promise<WorkflowBundle> {
  const quiet = () => undefined;
  const logger = { log: quiet, trace: quiet, debug: quiet, info: quiet, warn: quiet, error: quiet };
  return bundleWorkflowCode({ workflowsPath, logger });
}
