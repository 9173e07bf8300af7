import { createRequire } from 'node:module';
import { Worker as Thread } from 'node:worker_threads';
import { DefaultLogger, Worker, type WorkerOptions } from '@temporalio/worker';
import type { WorkflowCreator } from '@temporalio/worker/lib/workflow/interface.js';
import {
  ThreadedVMWorkflowCreator,
  WorkerThreadClient,
} from '@temporalio/worker/lib/workflow/threaded-vm.js';
import type { Log } from '../../core/ports/log.ts';
import { endWhenStuck } from './stuck-thread.ts';

/** The one thread in which all workflows of this process run. */
export interface WorkflowThread {
  /** Makes a Worker whose workflows run here; the thread ends with the last of them. */
  createWorker(options: WorkerOptions): Promise<Worker>;
}

type Bundle = Parameters<(typeof Worker)['createWorkflowCreator']>[0];

const { resolve } = createRequire(import.meta.url);

/**
 * The SDK's own thread but for two things, which together take most of its time: every promise of a workflow is noted
 * with its stack (for a Query that nobody asks), and every step into a workflow starts and ends a guard thread.
 */
const BOOT = `
  const { workerData } = require('node:worker_threads');
  require(workerData.shared).globalHandlers.setPromiseHook = () => {};
  require(workerData.thread);
`;

const PATHS = {
  shared: resolve('@temporalio/worker/lib/workflow/vm-shared.js'),
  thread: resolve('@temporalio/worker/lib/workflow/workflow-worker-thread.js'),
};

/** `activityNames`: those of all Workers together, for the check that a local activity exists. */
export function createWorkflowThread(activityNames: readonly string[], log: Log): WorkflowThread {
  let creator: Promise<ThreadedVMWorkflowCreator> | null = null;
  let users = 0;

  async function begin(workflowBundle: Bundle): Promise<ThreadedVMWorkflowCreator> {
    const thread = new Thread(BOOT, { eval: true, workerData: PATHS });
    endWhenStuck(thread, log);
    const client = new WorkerThreadClient(thread, new DefaultLogger('ERROR'));
    await client.send({
      type: 'init',
      workflowBundle,
      // What guards each step instead: {@link endWhenStuck}.
      isolateExecutionTimeoutMs: undefined as unknown as number,
      registeredActivityNames: new Set(activityNames),
      reuseV8Context: true,
      hasPatchActivationCallback: false,
    });
    return new ThreadedVMWorkflowCreator([client]);
  }
  async function join(bundle: Bundle): Promise<WorkflowCreator> {
    users += 1;
    creator ??= begin(bundle);
    const joined = await creator;
    return {
      createWorkflow: (options) => joined.createWorkflow(options),
      async destroy() {
        users -= 1;
        if (users === 0) await joined.destroy();
      },
    };
  }
  class WorkerInThread extends Worker {
    protected static override createWorkflowCreator(bundle: Bundle): Promise<WorkflowCreator> {
      return join(bundle);
    }
  }
  return { createWorker: (options) => WorkerInThread.create(options) };
}
