import { userInfo } from 'node:os';
import type { CallContext } from '../api/operation.ts';
import type { Project } from '../compose.ts';
import type { Caller } from '../core/ports/control.ts';
import type { Settings } from '../core/schema/settings.ts';
import type { Cli } from './cli.ts';
import { createQuietLog } from './quiet-log.ts';
import { readConfig } from './read-config.ts';
import { within } from './within.ts';

/** A command that has answered does not wait longer than this for connections to end (ms). */
const CLOSE_MS_MAX = 1_000;

/** Opens the project at hand for one piece of work and closes it again. */
export async function withProject<Answer>(
  cli: Cli,
  work: (project: Project) => Promise<Answer>,
): Promise<Answer> {
  const { settings } = await readConfig(cli);
  return withSettings(cli, settings, work);
}

/** The same with a configuration that is known already. */
export async function withSettings<Answer>(
  cli: Cli,
  settings: Settings,
  work: (project: Project) => Promise<Answer>,
): Promise<Answer> {
  const { openProject } = await import('../compose.ts');
  const project = await openProject({ settings, env: cli.io.env, log: createQuietLog(cli) });
  try {
    return await work(project);
  } finally {
    await within(project.close(), CLOSE_MS_MAX);
  }
}

/** Who sits at this terminal. */
export function cliCaller(env: Cli['io']['env']): Caller {
  return {
    channel: 'cli',
    actor: env.DISPATCH_RUN_ID === undefined ? userName() : `run ${env.DISPATCH_RUN_ID}`,
  };
}

function userName(): string {
  try {
    return userInfo().username;
  } catch {
    return 'unknown';
  }
}

/** The context of one call from the command line. */
export function callContext(project: Project, env: Cli['io']['env'], startedAt?: number): CallContext {
  const { context } = project;
  return {
    ...context,
    ...(startedAt === undefined ? {} : { startedAt }),
    caller: cliCaller(env),
    idempotencyKey: null,
    boundTaskId: null,
  };
}
