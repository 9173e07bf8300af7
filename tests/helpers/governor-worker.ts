import type { WorkflowHandle } from '@temporalio/client';
import type { PayloadCodec } from '@temporalio/common';
import { NativeConnection, Worker } from '@temporalio/worker';
import { onTestFinished } from 'vitest';
import { createGovernorActivities, type GovernorActivities } from '../../src/activities/governor-records.ts';
import {
  createGovernorTellingActivities,
  type GovernorTellingActivities,
} from '../../src/activities/governor-telling.ts';
import type { ActivityPorts } from '../../src/activities/ports.ts';
import { installRuntime } from '../../src/adapters/temporal/runtime.ts';
import { isWorkflowOpen } from '../../src/adapters/temporal/task-starter.ts';
import { governorQueue, governorWorkflowId } from '../../src/core/ids.ts';
import type { GovernorInput, governorWorkflow } from '../../src/workflows/governor.ts';
import type { TestProject } from './project.ts';
import { temporalAddress, workflowBundle } from './temporal-server.ts';

/** What a governor's Worker registers. */
export type GovernorTable = GovernorActivities & GovernorTellingActivities;

/** The governor's own activities, over the real files of a project. */
export async function governorActivities({ project }: TestProject): Promise<GovernorTable> {
  const client = await project.client();
  const { context, settings, log } = project;
  const workflows = { isOpen: (workflowId: string) => isWorkflowOpen(client, workflowId) };
  // Those are all that the governor's activities use.
  const ports = { ...context, settings, log, workflows } as unknown as ActivityPorts;
  return { ...createGovernorActivities(ports), ...createGovernorTellingActivities(ports) };
}

/**
 * Runs a Worker for the governor alone until it is stopped or the test ends; `encoding` sees every payload, as JSON, before
 * it is sent.
 */
export async function startGovernorWorker(
  { project }: TestProject,
  activities: GovernorTable,
  encoding: (json: string) => Promise<void> | void = () => undefined,
): Promise<{ stop(): Promise<void> }> {
  installRuntime(project.log);
  const connection = await NativeConnection.connect({ address: temporalAddress() });
  const worker = await Worker.create({
    connection,
    workflowBundle: { codePath: workflowBundle() },
    taskQueue: governorQueue(project.settings().project),
    activities,
    dataConverter: { payloadCodecs: [codec(encoding)] },
    shutdownForceTime: '5s',
  });
  const running = worker.run();
  const stop = async () => {
    if (worker.getState() !== 'RUNNING') return;
    worker.shutdown();
    await running;
    await connection.close();
  };
  onTestFinished(stop);
  return { stop };
}

/** Starts the governor of a project with this state; it ends with the test. */
export async function startGovernor(
  { project }: TestProject,
  input: Omit<GovernorInput, 'continued'>,
): Promise<WorkflowHandle<typeof governorWorkflow> & { readonly firstExecutionRunId: string }> {
  const client = await project.client();
  const name = project.settings().project;
  const handle = await client.workflow.start<typeof governorWorkflow>('governorWorkflow', {
    workflowId: governorWorkflowId(name),
    taskQueue: governorQueue(name),
    args: [{ ...input, continued: false }],
  });
  return handle;
}

/** Changes nothing. */
const codec = (encoding: (json: string) => Promise<void> | void): PayloadCodec => ({
  async encode(payloads) {
    for (const { data } of payloads) await encoding(Buffer.from(data ?? []).toString());
    return payloads;
  },
  decode: async (payloads) => payloads,
});
