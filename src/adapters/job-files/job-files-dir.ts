import { dirname, join, resolve } from 'node:path';

/** Folder of the job files: `AGENT_DISPATCH_JOBS_DIR`, else `jobs` beside agents.yaml (R-AD-104). */
export function jobFilesDir(env: Readonly<Record<string, string | undefined>>, agentsFile: string): string {
  const named = env.AGENT_DISPATCH_JOBS_DIR ?? '';
  return named === '' ? join(dirname(agentsFile), 'jobs') : resolve(named);
}

/** The file of one job. */
export const jobFilePath = (dir: string, jobId: string): string => join(dir, `${jobId}.json`);
