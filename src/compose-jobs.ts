import { agentsFilePlace } from './adapters/agents-file/agents-file-path.ts';
import { importJobFiles } from './adapters/job-files/import-job-files.ts';
import { createJobFiles } from './adapters/job-files/job-files.ts';
import { jobFilesDir } from './adapters/job-files/job-files-dir.ts';
import { createMcpServers, mcpServersDir } from './adapters/local/mcp-servers.ts';
import { usageJournalPath } from './adapters/usage/usage-files.ts';
import { createUsageJournal } from './adapters/usage/usage-journal.ts';
import type { Project } from './compose.ts';
import { AppError, messageOf } from './core/errors.ts';
import type { AgentRegistry } from './core/ports/agent-registry.ts';
import type { JobFiles } from './core/ports/job-files.ts';
import type { Log } from './core/ports/log.ts';
import type { UsageJournal } from './core/ports/usage-journal.ts';

type Environment = Readonly<Record<string, string | undefined>>;

/** What of dispatches lies in files beside agents.yaml. */
export interface DispatchFiles {
  readonly jobFiles: JobFiles;
  readonly usage: UsageJournal;
}

/** Opens job files and usage journal; touches nothing before a job is written. */
export function openDispatchFiles(
  { env, agentsFile, log }: { readonly env: Environment; readonly agentsFile: string; readonly log: Log },
  agents: Pick<AgentRegistry, 'read'>,
): DispatchFiles {
  const onWarning = (message: string, details: Readonly<Record<string, unknown>>) =>
    log.warn(details, message);
  return {
    jobFiles: createJobFiles({ dir: jobFilesDir(env, agentsFile), onWarning }),
    usage: createUsageJournal({
      path: usageJournalPath(env, agentsFile),
      isEnabled: async () => (await agents.read()).settings.usageLog,
      onWarning,
    }),
  };
}

/** Takes over the jobs of the tool before us, once; trouble with its files keeps nobody from starting (R-AD-139). */
export async function takeOverJobs({ context, env, log }: Project): Promise<void> {
  const agentsFile = agentsFilePlace(env).path;
  const dir = jobFilesDir(env, agentsFile);
  try {
    const { jobs } = context.store;
    if (await jobs.isImported(dir)) return;
    const servers = await createMcpServers(mcpServersDir(env, agentsFile)).list();
    const isToolAlive = servers.some(({ foreign }) => foreign);
    const files = context.jobFiles;
    const report = await importJobFiles({ dir, jobs, files, now: Date.now(), isToolAlive });
    if (report.imported + report.skipped > 0)
      log.info({ dir, ...report }, 'jobs of agent-dispatch taken over');
  } catch (error) {
    // Taken up again at the next start.
    if (error instanceof AppError && error.code === 'shutting-down') return;
    log.warn({ dir, error: messageOf(error) }, 'jobs of agent-dispatch not taken over');
  }
}
