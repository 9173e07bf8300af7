import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join, relative, resolve } from 'node:path';
import type { Command } from 'commander';
import { configIn } from '../../adapters/config/find-config.ts';
import type { SampleAnswers } from '../../adapters/config/sample-config.ts';
import { AppError } from '../../core/errors.ts';
import { act, type Call, type Cli, type Runtime } from '../cli.ts';
import { askForSample } from '../init/ask.ts';
import { firstAgent } from '../init/find-agents.ts';

const DEFAULTS = { board: 'board.json', queue: 'Todo' };

/** `dispatch init`: a dispatch.yaml and a board for a folder; asks only on a terminal, and only what no flag says. */
export function addInit(runtime: Runtime, program: Command): void {
  program
    .command('init')
    .description('Write a dispatch.yaml and a board for a folder')
    .option('--agent <command>', 'command line of the agent; the prompt becomes its last argument')
    .option('--board <path>', `board file (default ${DEFAULTS.board})`)
    .option('--queue <name>', `queue whose tasks the agent takes (default ${DEFAULTS.queue})`)
    .option('-y, --yes', 'ask nothing')
    .option('--force', 'replace an existing dispatch.yaml')
    .option('--roles', 'a team of roles with a ledger and budgets instead: producer.yaml and prompts')
    .option('--no-chat', 'with --roles: do not go on in Claude Code')
    .addHelpText(
      'after',
      '\nExamples:\n  $ dispatch init\n  $ dispatch init --agent "claude -p" --yes\n  $ dispatch init --dir ../shop --board tasks.json --queue Ready\n  $ dispatch init --roles',
    )
    .action(act(runtime, (cli, call) => (call.flags.roles === true ? initTeam(cli, call) : init(cli, call))));
}

async function initTeam({ io, globals }: Cli, { flags }: Call): Promise<number> {
  const { initRoles } = await import('../scaffold/init-roles.ts');
  return initRoles(io, {
    ...(globals.dir === undefined ? {} : { dir: globals.dir }),
    force: flags.force === true,
    nonInteractive: flags.yes === true,
    noChat: flags.chat === false,
  });
}

async function init(cli: Cli, { flags }: Call): Promise<number> {
  const { io, out, globals } = cli;
  const folder = resolve(io.cwd, globals.dir ?? '.');
  const file = join(folder, 'dispatch.yaml');
  const present = await configIn(folder);
  if (present !== null && flags.force !== true) {
    throw new AppError('already-exists', `${present} is already there`, {
      hint: 'look at it with: dispatch config; or replace it with: dispatch init --force',
    });
  }
  const answers = await answersOf(cli, flags);
  const { loadConfig } = await import('../../adapters/config/load-config.ts');
  const { sampleConfig } = await import('../../adapters/config/sample-config.ts');
  mkdirSync(folder, { recursive: true });
  const completed = hasQueue(resolve(folder, answers.boardPath), COMPLETED)
    ? { completedQueue: COMPLETED }
    : {};
  writeFileSync(file, sampleConfig({ ...answers, ...completed }));
  const { settings } = await loadConfig({ cwd: folder, dir: folder, env: {} });
  const board = settings.board.kind === 'json' ? settings.board.path : null;
  const madeBoard = board !== null && !existsSync(board);
  if (madeBoard) writeFileSync(board, sampleBoard(answers.queueName));
  if (out.json) {
    out.document({
      file,
      board,
      board_created: madeBoard,
      project: settings.project,
      command: answers.command,
    });
    return 0;
  }
  out.data(
    `Wrote ${file}${madeBoard ? ` and ${board}` : ''}: project ${settings.project}, agent "${answers.command}".`,
  );
  const where = folder === io.cwd ? '' : ` --dir ${relative(io.cwd, folder)}`;
  out.note(
    `\nNext:\n  dispatch doctor${where}\n  dispatch up${where}\n  dispatch task add${where} "${answers.queueName}" "My first task"`,
  );
  return 0;
}

async function answersOf(cli: Cli, flags: Call['flags']): Promise<SampleAnswers> {
  const { io, globals } = cli;
  const text = (name: string): string | undefined =>
    typeof flags[name] === 'string' ? flags[name] : undefined;
  const known = { command: text('agent'), boardPath: text('board'), queueName: text('queue') };
  const found = firstAgent(io.env);
  const fallback = { command: found ?? 'echo', boardPath: DEFAULTS.board, queueName: DEFAULTS.queue };
  const asks = flags.yes !== true && !cli.out.json && io.stdin.isTTY === true && io.stdout.isTTY === true;
  const asked = asks ? await askForSample(known, fallback) : {};
  if (!asks && known.command === undefined && found === null) {
    cli.out.warn('no agent was found on this machine; echo stands in for one (change it with --agent)');
  }
  const given = Object.fromEntries(Object.entries(known).filter(([, value]) => value !== undefined));
  const project = globals.project === undefined ? {} : { project: globals.project };
  return { ...fallback, ...asked, ...given, ...project };
}

const COMPLETED = 'Done';

const sampleBoard = (queue: string): string =>
  `${JSON.stringify({ queues: { [queue]: [], 'In Progress': [], [COMPLETED]: [], Failed: [] } }, null, 2)}\n`;

/** Has the board this queue? One that is still to be made will have it. */
function hasQueue(board: string, queue: string): boolean {
  if (!existsSync(board)) return true;
  try {
    const { queues } = JSON.parse(readFileSync(board, 'utf8')) as { queues?: object };
    return Object.hasOwn(queues ?? {}, queue);
  } catch {
    return false;
  }
}
