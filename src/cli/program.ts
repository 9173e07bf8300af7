import { Command } from 'commander';
import { operations } from '../api/operations/index.ts';
import { version } from '../version.ts';
import type { Runtime } from './cli.ts';
import { addAgentTest } from './commands/agent-test.ts';
import { addAudit } from './commands/audit.ts';
import { addCompletion } from './commands/completion.ts';
import { addConfig } from './commands/config.ts';
import { addDemo } from './commands/demo.ts';
import { addDialogue } from './commands/dialogue.ts';
import { addDoctor } from './commands/doctor.ts';
import { addDown } from './commands/down.ts';
import { addInit } from './commands/init.ts';
import { addKill } from './commands/kill.ts';
import { addLedger } from './commands/ledger.ts';
import { addMcp } from './commands/mcp.ts';
import { addOpen } from './commands/open.ts';
import { addParallel } from './commands/parallel.ts';
import { addPricing } from './commands/pricing.ts';
import { addRun } from './commands/run.ts';
import { addRunLogs } from './commands/run-logs.ts';
import { addSession } from './commands/session.ts';
import { addTemporal } from './commands/temporal.ts';
import { addUp } from './commands/up.ts';
import { addGlobals } from './globals.ts';
import { addOperation } from './operation-command.ts';
import { addWait } from './wait-for-job.ts';
import { addWatch, WATCHABLE } from './watch.ts';

/** Commands that hold others, and the heading all commands of the first level stand under. */
const GROUPS: Readonly<Record<string, string>> = {
  task: 'Look at tasks and change them',
  runs: 'Look at agent runs',
  host: 'Look at the machines that run agents',
  budget: 'Look at what agents may spend and have spent, and change it',
  agent: 'Look at the agents that work can be handed to, and change them',
  group: 'Look at groups of agents and change them',
  decision: 'Look at decisions on tasks and record them',
  asset: 'Register what was made',
  session: 'Talk with an agent: begin a conversation or go on with one',
  audit: 'See who changed what, and check that nobody changed that',
  cache: 'Look at the answers kept for equal calls, and forget them',
  'dead-letter': 'Look at tasks that were given up, and bring them back',
};
const HEADINGS: readonly (readonly [string, readonly string[]])[] = [
  ['Start:', ['demo', 'init', 'up', 'down', 'worker', 'serve', 'temporal']],
  [
    'Look:',
    [
      'status',
      'why',
      'queues',
      'routes',
      'agents',
      'runs',
      'jobs',
      'job',
      'result',
      'stats',
      'dead-letter',
      'host',
      'audit',
      'open',
    ],
  ],
  ['Work:', ['task', 'run', 'session', 'dialogue', 'parallel', 'cancel']],
  ['Stop and go:', ['kill', 'resume', 'pause', 'unpause', 'budget']],
  [
    'Set up:',
    ['agent', 'group', 'gc', 'cache', 'doctor', 'ledger', 'config', 'pricing', 'mcp', 'completion'],
  ],
];

/** All commands: those of the operations table and those that are no operation. */
export async function buildProgram(runtime: Runtime, argv: readonly string[]): Promise<Command> {
  const { io } = runtime;
  const program = new Command('dispatch')
    .description('Runs AI agents on the tasks of a board, durably, with one stop button.')
    .version(version, '-V, --version', 'print the version')
    .helpOption('-h, --help', 'print help')
    .helpCommand('help [command]', 'print help for a command')
    .showSuggestionAfterError()
    .showHelpAfterError('(see it with --help)')
    .exitOverride()
    .configureOutput({
      writeOut: (text) => void io.stdout.write(text),
      writeErr: (text) => void io.stderr.write(text),
      getOutHelpWidth: () => (io.stdout.isTTY === true ? (io.stdout.columns ?? 80) : 100),
      getErrHelpWidth: () => (io.stderr.isTTY === true ? (io.stderr.columns ?? 80) : 100),
    });
  addGlobals(program);
  program.addHelpText('after', EXAMPLES);
  const groups = new Map<string, Command>();
  const parentOf = (words: readonly string[]): Command => {
    const [group] = words;
    if (words.length < 2 || group === undefined) return program;
    const known = groups.get(group) ?? program.command(group).description(GROUPS[group] ?? '');
    groups.set(group, known);
    return known;
  };
  addDemo(runtime, program);
  addInit(runtime, program);
  addUp(runtime, program);
  addDown(runtime, program);
  addTemporal(runtime, program);
  addOperations(runtime, parentOf);
  addRun(runtime, program);
  addSession(runtime, parentOf(['session', 'list']));
  addDialogue(runtime, program);
  addParallel(runtime, program);
  addAgentTest(runtime, parentOf(['agent', 'test']));
  addLedger(runtime, program);
  addMcp(runtime, program);
  addOpen(runtime, program);
  addKill(runtime, program);
  addRunLogs(runtime, parentOf(['runs', 'logs']));
  addAudit(runtime, parentOf(['audit', 'verify']));
  addDoctor(runtime, program);
  addConfig(runtime, program);
  addPricing(runtime, program);
  await addCompletion(runtime, program, argv);
  arrange(program);
  for (const command of program.commands) {
    command.addHelpText('afterAll', '\nFlags of all commands: dispatch --help');
  }
  return program;
}

/** The verbs that HTTP and MCP know, too; what a terminal adds to one of them comes with it. */
function addOperations(runtime: Runtime, parentOf: (words: readonly string[]) => Command): void {
  for (const operation of operations) {
    if (operation.cli === undefined || operation.name === 'arm-kill-switch') continue;
    const command = addOperation(runtime, parentOf(operation.cli.words), operation);
    if (WATCHABLE.has(operation.name)) addWatch(runtime, command, operation);
    if (operation.name === 'dispatch-status') addWait(runtime, command, operation);
  }
}

/** Puts the commands of the first level under their headings. */
function arrange(program: Command): void {
  for (const [heading, names] of HEADINGS) {
    for (const command of program.commands) if (names.includes(command.name())) command.helpGroup(heading);
  }
}

const EXAMPLES = `
Examples:
  $ dispatch demo                     see it work: no account, no key, half a minute
  $ dispatch init                     write a dispatch.yaml for this folder
  $ dispatch up                       start everything for this project
  $ dispatch why 12                   why is task 12 not running?
  $ dispatch kill "too expensive"     stop everything; dispatch resume goes on

Exit codes: 0 done, 1 failure, 2 usage, 3 not found, 4 conflict, 5 not allowed, 6 stop not confirmed by all hosts,
69 unavailable, 75 try again later, 124 timed out, 130 interrupted.`;
