import { proxyActivities } from '@temporalio/workflow';
import type { BareActivities } from './floor.ts';

const { runBare } = proxyActivities<BareActivities>({ startToCloseTimeout: '1 minute' });

/** The least that runs an agent durably: one workflow, one activity. */
export async function bareWorkflow(name: string): Promise<number> {
  return runBare(name);
}
