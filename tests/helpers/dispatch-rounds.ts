import { expect } from 'vitest';
import { type DispatchScene, jobsSeen, type ListedJob, WAYS } from './dispatch-scene.ts';
import type { McpClient } from './mcp-clients.ts';

type Way = keyof typeof WAYS;
const NAMES = Object.keys(WAYS) as Way[];
const isOf = (way: Way, agent: string): boolean => (WAYS[way].agents as readonly string[]).includes(agent);

/** The jobs that came since the last look, as another process sees them. */
export function newJobs(observer: McpClient) {
  const seen = new Set<string>();
  return async ({ keep = false } = {}): Promise<readonly ListedJob[]> => {
    const jobs = (await jobsSeen(observer)).filter(({ id }) => !seen.has(id));
    if (!keep) for (const { id } of jobs) seen.add(id);
    return jobs;
  };
}

/** Has each of the four ways come to a job, and does one of these run? */
export function allTaken(jobs: readonly ListedJob[]): boolean {
  const every = NAMES.every((way) => jobs.some(({ agent }) => isOf(way, agent)));
  return every && jobs.some(({ status }) => status === 'running');
}

/** Neither a job is open nor a workflow that will make more of them. */
export async function allOver(observer: McpClient, { project }: DispatchScene): Promise<boolean> {
  const open = (await jobsSeen(observer)).filter(({ status }) => ['pending', 'running'].includes(status));
  if (open.length > 0) return false;
  const client = await project.client();
  const parents = ['dialogueWorkflow', 'parallelWorkflow'].map((type) => `WorkflowType = "${type}"`);
  const name = project.settings().project;
  const query = `(${parents.join(' OR ')}) AND ExecutionStatus = "Running" AND Project = "${name}"`;
  return (await client.workflow.count(query)).count === 0;
}

/**
 * Each way was taken as a whole or not at all; whatever was taken has its answer for whoever asks, and one process
 * gave it. `all` = nothing may be missing.
 */
export async function expectEachOnce(
  observer: McpClient,
  { witness }: DispatchScene,
  { jobs, all }: { readonly jobs: readonly ListedJob[]; readonly all: boolean },
): Promise<void> {
  const startsOf = (id: string) => witness.lines().filter(({ jobId }) => jobId === id);
  // Items of a parallel call that was not taken yet when its server died: nothing of them was begun.
  const taken = jobs.filter(({ id, status }) => all || status !== 'failed' || startsOf(id).length > 0);
  for (const way of NAMES) {
    const own = taken.filter(({ agent }) => isOf(way, agent));
    expect(all ? [WAYS[way].jobs] : [0, WAYS[way].jobs], `${way}: ${JSON.stringify(own)}`).toContain(
      own.length,
    );
  }
  for (const { id, agent, status, task } of taken) {
    expect(status, `${agent}: ${task}`).toBe('done');
    const { json } = await observer.call('fetch_result', { ref: id });
    expect(json).toMatchObject({ agent, success: true });
    expect(startsOf(id).map(({ what, sessionId }) => [what, sessionId])).toEqual([
      ['start', json.session_id],
    ]);
  }
}
