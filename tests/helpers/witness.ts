import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { TestProject } from './project.ts';

/** One line of what the agents themselves wrote down. */
export interface WitnessLine {
  readonly what: 'start' | 'stop' | 'overlap';
  readonly taskId: string;
  readonly runId: string;
  readonly pid: number;
}

/** Where agents write it, in the folder of the project. */
export const WITNESS_FILE = 'witness.log';

/**
 * Shell lines that every witnessed agent begins with: a lock per task, which its whole process tree holds and only
 * the kernel frees, and a line of its start, appended in one write.
 */
export const WITNESS_START = `mkdir -p locks
say() { echo "$1 $TASK_ID $DISPATCH_RUN_ID $$" >> ${WITNESS_FILE}; }
exec 9>> "locks/$TASK_ID"
flock -n 9 || say overlap
say start`;

/** The line of an orderly end. */
export const WITNESS_STOP = 'say stop';

/** What the agents of this project wrote so far. */
export function witnessLines({ dir }: Pick<TestProject, 'dir'>): readonly WitnessLine[] {
  let text = '';
  try {
    text = readFileSync(join(dir, WITNESS_FILE), 'utf8');
  } catch {
    // Nobody has started yet.
  }
  return text
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => {
      const [what, taskId = '', runId = '', pid] = line.split(' ');
      return { what: what as WitnessLine['what'], taskId, runId, pid: Number(pid) };
    });
}

/** Joins what agents, store and records say; answers every contradiction in words. */
export async function contradictions(test: TestProject): Promise<readonly string[]> {
  const { projection } = test.project.context.store;
  const lines = witnessLines(test);
  const runs = await projection.listRuns({ limit: 1_000 });
  const known = new Map(runs.map((run) => [run.runId, run]));
  const found: string[] = [];
  const started = new Set<string>();
  for (const { what, runId, taskId } of lines) {
    if (what === 'overlap')
      found.push(`two agents of task ${taskId} lived at once, the second in run ${runId}`);
    if (what !== 'start') continue;
    if (started.has(runId)) found.push(`run ${runId} of task ${taskId} was started twice`);
    started.add(runId);
    if (known.get(runId)?.taskId !== taskId) found.push(`run ${runId} of task ${taskId} has no record`);
  }
  for (const run of runs) {
    if (run.status !== 'finished' || run.outcome === null)
      found.push(`run ${run.runId} of task ${run.taskId} has no outcome: ${run.status}`);
  }
  for (const taskId of new Set(runs.map((run) => run.taskId))) {
    const own = runs.filter((run) => run.taskId === taskId);
    const numbers = own.map(({ attempt }) => attempt).sort((a, b) => a - b);
    if (new Set(numbers).size !== numbers.length) found.push(`attempts of task ${taskId}: ${numbers}`);
  }
  return found;
}
