import { Client, type WorkflowClientInterceptor, type WorkflowStartOptions } from '@temporalio/client';
import type { NativeConnection } from '@temporalio/worker';

/** Where a client's starts go beside its own connection. */
interface Lane {
  by: Client | null;
}

const lanes = new WeakMap<Client, Lane>();

/** Makes a client whose starts can later be taken over by a Worker's connection. */
export function createEagerClient(options: ConstructorParameters<typeof Client>[0]): Client {
  const lane: Lane = { by: null };
  const startWithDetails: NonNullable<WorkflowClientInterceptor['startWithDetails']> = async (
    input,
    next,
  ) => {
    if (lane.by === null) return next(input);
    const options = { ...input.options, requestEagerStart: true } as unknown as WorkflowStartOptions;
    const { firstExecutionRunId, eagerlyStarted } = await lane.by.workflow.start(input.workflowType, options);
    return { runId: firstExecutionRunId, eagerlyStarted };
  };
  const client = new Client({ ...options, interceptors: { workflow: [{ startWithDetails }] } });
  lanes.set(client, lane);
  return client;
}

/**
 * From now on what this client starts is asked for over the connection of a Worker in this process, and answered with
 * the first Workflow Task: no detour through the server's queues. What that Worker does not serve starts as usual.
 */
export function startEagerly(client: Client, connection: NativeConnection): () => void {
  const lane = lanes.get(client);
  if (lane === undefined) return () => {};
  const { namespace, dataConverter } = client.options;
  lane.by = new Client({ connection, namespace, dataConverter });
  return () => {
    lane.by = null;
  };
}
