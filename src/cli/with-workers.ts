import type { CallContext } from '../api/operation.ts';
import type { Project } from '../compose.ts';
import type { Cli } from './cli.ts';
import { findFolder } from './mcp/find-folder.ts';
import { callContext, withProject } from './with-project.ts';

/** Calls of one command with workers there to carry them out. */
export interface ManyCalls {
  readonly project: Project;
  readonly context: CallContext;
}

/**
 * Opens the project that callers join, as MCP does, and sees to it that something carries work out: an `up` is started
 * in the background when nothing runs. Ctrl-C ends the waiting, never the work (R-SYS-006).
 */
export async function withWorkers(cli: Cli, work: (calls: ManyCalls) => Promise<number>): Promise<number> {
  const { signal } = cli.io.stop;
  cli.io.stop.takeOver();
  const joined = await joinedCli(cli);
  const open = (ready: boolean): Promise<number | null> =>
    withProject(joined, async (project) => {
      // The server that was started may be elsewhere than where one was expected: opened anew then.
      if (!ready && (await start(joined, project))) return null;
      const context = { ...(await callContext(project, cli.io.env)), signal };
      return work({ project, context });
    });
  return (await open(false)) ?? (await open(true)) ?? 0;
}

async function start(cli: Cli, project: Project): Promise<boolean> {
  const { ensureUp } = await import('./local/ensure-up.ts');
  const hosts = () => project.context.store.records.listHosts();
  return ensureUp(cli, { settings: project.settings(), hosts, onProgress: cli.out.note });
}

/** The command line, working on the project that callers join: at the latest the default one of the user. */
export async function joinedCli(cli: Cli): Promise<Cli> {
  return { ...cli, globals: { ...cli.globals, dir: await findFolder(cli) } };
}
