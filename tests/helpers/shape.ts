import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Worker } from '@temporalio/worker';
import { version } from '../../src/version.ts';
import { expectSmall, type HistoryJson, historyOf } from './history.ts';
import { aProject, type TestProject, type TestProjectOptions } from './project.ts';
import { workflowBundle } from './temporal-server.ts';
import { HISTORIES } from './workflow-bundle.ts';

/** A project whose name tells the shape; routes, agents and tasks as given. */
export function aShape(
  name: string,
  options: TestProjectOptions & { readonly worker?: boolean },
): Promise<TestProject> {
  return aProject({ ...options, config: { ...options.config, project: `sample-${name}` } });
}

/**
 * Checks that the history is small, replays with today's workflows, and, under DISPATCH_RECORD_HISTORIES=1, keeps it as
 * the recorded one of this shape and version.
 */
export async function keepShape(
  project: Pick<TestProject, 'project' | 'worker' | 'dir'>,
  shape: string,
  { workflowId, runId }: { readonly workflowId: string; readonly runId?: string },
): Promise<HistoryJson> {
  const history = await historyOf(project, workflowId, runId);
  expectSmall(history, shape);
  await Worker.runReplayHistory({ workflowBundle: { codePath: workflowBundle() } }, history);
  if (process.env.DISPATCH_RECORD_HISTORIES === '1') {
    const folder = join(HISTORIES, version);
    mkdirSync(folder, { recursive: true });
    writeFileSync(join(folder, `${shape}.json`), `${JSON.stringify(history, null, 1)}\n`);
  }
  return history;
}
