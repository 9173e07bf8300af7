import type { Command } from 'commander';
import { AppError, messageOf } from '../../core/errors.ts';
import type { Settings } from '../../core/schema/settings.ts';
import { act, type Cli, type Runtime } from '../cli.ts';
import { type Finding, failed, ok } from '../doctor/check.ts';
import { neutralise } from '../neutralise.ts';
import type { Style } from '../style.ts';

/** `dispatch doctor`: everything a project needs, with the exact command that mends what is missing. */
export function addDoctor(runtime: Runtime, program: Command): void {
  program
    .command('doctor')
    .description('Check this machine and this project, and say what mends what is wrong')
    .addHelpText('after', '\nExamples:\n  $ dispatch doctor\n  $ dispatch doctor --json')
    .action(
      act(runtime, async (cli) => {
        const findings = await examine(cli, runtime.programs);
        const isWell = findings.every(({ state }) => state !== 'failed');
        if (cli.out.json) cli.out.document({ ok: isWell, checks: findings });
        else {
          cli.out.data(findings.map((finding) => line(finding, cli.out.style)).join('\n'));
          cli.out.data(isWell ? '\nAll checks passed.' : '\nSomething is missing; see above.');
        }
        return isWell ? 0 : 1;
      }),
    );
}

async function examine(cli: Cli, programs: Runtime['programs']): Promise<readonly Finding[]> {
  const { checkContainment, checkDisk, checkNode } = await import('../doctor/machine.ts');
  const machine = [checkNode(), await checkContainment()];
  const config = await configOf(cli);
  const { checkAgentsFile } = await import('../doctor/agents.ts');
  const { checkRegistration, checkServers } = await import('../doctor/mcp.ts');
  const { env, cwd } = cli.io;
  const clients = async () => [
    await checkRegistration(cli.io, 'dispatch mcp install'),
    ...(await checkServers(env, Date.now())),
  ];
  if ('finding' in config) {
    const shared = await checkAgentsFile(env, { agents: {}, baseDir: cwd });
    return [...machine, config.finding, ...shared, ...(await clients())];
  }
  const { settings, file } = config;
  const { checkAgents, checkBoard, checkPort, checkStateDir } = await import('../doctor/project.ts');
  return [
    ...machine,
    ok('config', `${file}, project ${settings.project}, ${settings.routes.length} routes`),
    ...checkAgents(settings, env),
    ...(await prompts(settings, programs)),
    ...(await checkAgentsFile(env, settings)),
    ...(await clients()),
    checkBoard(settings),
    ...checkStateDir(settings),
    await checkDisk(settings.stateDir),
    await checkPort(settings),
    ...(await temporal(cli, settings)),
  ];
}

async function configOf(cli: Cli): Promise<{ settings: Settings; file: string } | { finding: Finding }> {
  const { readConfig } = await import('../read-config.ts');
  try {
    return await readConfig(cli, { listens: true });
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    const fix = error.details?.missing === true ? 'dispatch init' : error.hint;
    return { finding: failed('config', messageOf(error), fix) };
  }
}

async function prompts(settings: Settings, programs: Runtime['programs']): Promise<readonly Finding[]> {
  const { checkPrompts } = await import('../doctor/prompts.ts');
  const { vocabularyOf } = await import('../doctor/vocabulary.ts');
  return checkPrompts(settings, vocabularyOf((await programs?.()) ?? [], settings.api.port));
}

async function temporal(cli: Cli, settings: Settings): Promise<readonly Finding[]> {
  const { checkTemporal } = await import('../doctor/temporal.ts');
  const { withSettings } = await import('../with-project.ts');
  try {
    return await withSettings(cli, settings, (project) => checkTemporal(cli, project));
  } catch (error) {
    return [failed('store', messageOf(error), `look at ${settings.stateDir}`)];
  }
}

function line({ name, state, text, fix }: Finding, style: Style): string {
  const mark =
    state === 'ok' ? style.good('ok  ') : state === 'warning' ? style.caution('warn') : style.bad('FAIL');
  const mend =
    fix === undefined
      ? ''
      : `\n${fix
          .split('\n')
          .map((step) => `      ${style.bold(neutralise(step))}`)
          .join('\n')}`;
  return `${mark}  ${style.dim(name)}: ${neutralise(text)}${mend}`;
}
