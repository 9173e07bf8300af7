import { join } from 'node:path';
import type { Command } from 'commander';
import { createBrakeFile } from '../../adapters/brake/brake-file.ts';
import type { Operation } from '../../api/operation.ts';
import { armKillSwitch } from '../../api/operations/arm-kill-switch.ts';
import { runOperation } from '../../api/run-operation.ts';
import { AppError, messageOf } from '../../core/errors.ts';
import { act, type Call, type Cli, type Runtime } from '../cli.ts';
import { printAnswer } from '../operation-command.ts';
import { load } from '../read-config.ts';
import { callContext, withProject, withSettings } from '../with-project.ts';

const UNCONFIRMED = 6;

/** `dispatch kill`: the brake file first, then everybody's word that nothing starts any more (R-SYS-019). */
export function addKill(runtime: Runtime, program: Command): void {
  program
    .command('kill')
    .description(armKillSwitch.summary)
    .argument('[reason...]', 'why; shown wherever work waits')
    .option('--now', 'end running agents too; their tasks go back to their queues')
    .option('--all-projects', 'stop every project of this user')
    .addHelpText(
      'after',
      '\nExamples:\n  $ dispatch kill "too expensive"\n  $ dispatch kill --now "wrong repository"\n  $ dispatch kill --all-projects\n\nGo on with: dispatch resume',
    )
    .action(
      act(runtime, async (cli, { args, flags }) => {
        const input = inputOf((args[0] ?? []) as readonly string[], flags);
        if (flags.allProjects === true) return killAll(cli, input);
        return withProject(cli, async (project) => {
          const { brake } = project;
          const calling = await callContext(project, cli.io.env);
          const answer = await runOperation(OPERATION, calling, input).catch((error: unknown) => {
            throw explained(error, brake.path);
          });
          await printAnswer(cli, armKillSwitch.name, answer);
          return 0;
        });
      }),
    );
}

function inputOf(words: readonly string[], flags: Call['flags']): Input {
  const reason = words.join(' ');
  const parsed = armKillSwitch.input.safeParse({ ...(reason === '' ? {} : { reason }), now: flags.now });
  if (parsed.success) return parsed.data;
  throw new AppError('invalid-input', `[reason]: ${parsed.error.issues[0]?.message ?? 'is not valid'}`);
}

const OPERATION = armKillSwitch as unknown as Operation;
type Input = ReturnType<typeof armKillSwitch.input.parse>;

/** Without an epoch the order never reached the governor: what counts then is the file. */
function explained(error: unknown, file: string): unknown {
  const { details = {} } = error instanceof AppError ? error : {};
  if (!(error instanceof AppError) || error.code !== 'brake-unconfirmed' || details.epoch !== 0) return error;
  const hosts = Array.isArray(details.unconfirmed) ? details.unconfirmed.join(', ') : '';
  return new AppError(
    'brake-unconfirmed',
    `Temporal does not answer, so nobody confirmed; the brake file ${file} is armed, and hosts that see it start nothing (${hosts})`,
    { hint: 'a host elsewhere needs the same file, or Temporal back', details, cause: error },
  );
}

/** Stops each project this user has started; one that cannot be opened still gets its brake file. */
async function killAll(cli: Cli, input: Input): Promise<number> {
  const { knownProjects } = await import('../../adapters/local/project-registry.ts');
  const outcomes: {
    project: string;
    stateDir: string;
    armed: boolean;
    confirmed: boolean;
    error: string | null;
  }[] = [];
  for (const { project, stateDir, dir } of knownProjects(cli.io.env)) {
    const outcome = { project, stateDir, armed: false, confirmed: false, error: null as string | null };
    outcomes.push(outcome);
    const loaded = await load({ ...cli, globals: { dir } }, false).catch((error: Error) => error);
    const known = loaded instanceof Error ? undefined : loaded.settings.brakeFile;
    const file = known ?? join(stateDir, 'kill_switch');
    try {
      createBrakeFile(file).arm(input.reason);
      outcome.armed = true;
      if (loaded instanceof Error) throw loaded;
      const { settings } = loaded;
      await withSettings(cli, settings, (opened) =>
        callContext(opened, cli.io.env).then((calling) => runOperation(OPERATION, calling, input)),
      );
      outcome.confirmed = true;
    } catch (error) {
      outcome.error = messageOf(explained(error, file));
    }
  }
  if (cli.out.json) cli.out.document(outcomes);
  else {
    for (const { project, armed, confirmed, error } of outcomes) {
      const said = confirmed ? 'stopped' : armed ? 'brake file armed, not confirmed' : 'NOT stopped';
      cli.out.data(`${project}: ${said}${error === null ? '' : ` (${error})`}`);
    }
    if (outcomes.length === 0) cli.out.note('No project of this user is known.');
  }
  return outcomes.every(({ confirmed }) => confirmed) ? 0 : UNCONFIRMED;
}
