import type { CallContext } from '../api/operation.ts';
import type { Project } from '../compose.ts';
import type { Settings } from '../core/schema/settings.ts';
import { processCaller } from './caller.ts';
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

/** The context of one call from the command line, by whoever sits there: a person, or the agent of a run. */
export async function callContext(
  project: Pick<Project, 'context'>,
  env: Cli['io']['env'],
  startedAt?: number,
): Promise<CallContext> {
  const { actor, callingRun, claimedDepth } = await processCaller(project, env);
  return {
    ...project.context,
    ...(startedAt === undefined ? {} : { startedAt }),
    caller: { channel: 'cli', actor },
    idempotencyKey: null,
    boundTaskId: null,
    ...(callingRun === null ? {} : { callingRun }),
    claimedDepth,
  };
}
