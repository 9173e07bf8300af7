import { tokensRequired } from '../../api/http-auth.ts';
import type { Identity } from '../../api/identity.ts';
import type { McpSession } from '../../api/mcp/session.ts';
import type { Project } from '../../compose.ts';
import { AppError } from '../../core/errors.ts';
import { version } from '../../version.ts';
import type { Cli } from '../cli.ts';
import { createQuietLog } from '../quiet-log.ts';
import { cliCaller } from '../with-project.ts';
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
      const identity = await identify(project, env);
      return { context: project.context, identity, warning, claimedDepth: depthIn(env) };
    },
    close: () => kept.close(),
  };
}

/** What upstream's servers read, too: anything but a count is none. */
function depthIn({ AGENT_DISPATCH_DEPTH: text = '' }: Cli['io']['env']): number {
  return /^\d{1,6}$/.test(text) ? Number(text) : 0;
}

/** Who is at the other end: the agent of a run as our records know it, else whoever runs this program. */
async function identify(project: Project, env: Cli['io']['env']): Promise<Identity> {
  const runId = env.DISPATCH_RUN_ID;
  const { store } = project.context;
  const run = runId === undefined || runId === '' ? null : await store.projection.getRun(runId);
  if (run === null) return { actor: cliCaller(env).actor, boundTaskId: null, callingRun: null };
  const callingRun = { runId: run.runId, taskId: run.taskId };
  const actor = `run:${run.runId}`;
  const { api, stateDir } = project.settings();
  if (!tokensRequired(api)) return { actor, boundTaskId: null, callingRun };
  const { createRunTokens } = await import('../../api/run-tokens.ts');
  const known = await createRunTokens({ stateDir, store }).verify(env.DISPATCH_API_TOKEN ?? '');
  if (known === null || known.runId !== run.runId) {
    throw new AppError('unauthorized', 'the token of this run is missing, or not valid any more');
  }
  return { actor, boundTaskId: known.subject, callingRun };
}
