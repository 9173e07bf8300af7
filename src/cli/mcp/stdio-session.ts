import { tokensRequired } from '../../api/http-auth.ts';
import type { Identity } from '../../api/identity.ts';
import type { McpSession } from '../../api/mcp/session.ts';
import type { Project } from '../../compose.ts';
import { AppError } from '../../core/errors.ts';
import { version } from '../../version.ts';
import { processCaller } from '../caller.ts';
import type { Cli } from '../cli.ts';
import { createQuietLog } from '../quiet-log.ts';
import { keepProject } from './kept-project.ts';

/** A session of one client on stdio. */
export interface StdioSession extends McpSession {
  /** Ends connections; work that is under way goes on where it is carried out. */
  close(): Promise<void>;
}

/** Works with the project at hand, opened at the first call of a tool. */
export function createStdioSession(cli: Cli, { taskTools }: { readonly taskTools: boolean }): StdioSession {
  const { env } = cli.io;
  const log = createQuietLog(cli);
  const kept = keepProject(cli, log);
  return {
    viewer: {
      taskTools: taskTools || Boolean(env.DISPATCH_TASK_ID),
      bound: Boolean(env.DISPATCH_RUN_ID) && Boolean(env.DISPATCH_API_TOKEN),
    },
    ...{ version, log },
    async ground(operation, onProgress) {
      let { project, warning } = await kept.current();
      if (operation.needsWorkers === true) {
        const { ensureUp } = await import('../local/ensure-up.ts');
        const hosts = () => project.context.store.records.listHosts();
        const begun = await ensureUp(cli, { settings: project.settings(), hosts, onProgress });
        // The server that was started may be elsewhere than where one was expected.
        if (begun) ({ project, warning } = await kept.current());
      }
      const { claimedDepth, ...identity } = await identify(project, env);
      return { context: project.context, identity, warning, claimedDepth };
    },
    close: () => kept.close(),
  };
}

/** Who is at the other end; where tokens are required, an agent's own says what it may do (R-SYS-029). */
async function identify(
  project: Project,
  env: Cli['io']['env'],
): Promise<Identity & { readonly claimedDepth: number }> {
  const caller = { ...(await processCaller(project, env)), boundTaskId: null };
  const { api, stateDir } = project.settings();
  if (caller.callingRun === null || !tokensRequired(api)) return caller;
  const { createRunTokens } = await import('../../api/run-tokens.ts');
  const { store } = project.context;
  const known = await createRunTokens({ stateDir, store }).verify(env.DISPATCH_API_TOKEN ?? '');
  if (known === null || known.runId !== caller.callingRun.runId) {
    throw new AppError('unauthorized', 'the token of this run is missing, or not valid any more');
  }
  return { ...caller, boundTaskId: known.subject };
}
