import { readFileSync } from 'node:fs';
import type { Command } from 'commander';
import { killTask } from '../../api/operations/kill-task.ts';
import { requeueTask } from '../../api/operations/requeue-task.ts';
import { rerouteTask } from '../../api/operations/reroute-task.ts';
import { AppError, messageOf } from '../../core/errors.ts';
import type { Runtime } from '../cli.ts';
import { type Verb, verb, verbOf } from './verb.ts';

/** What people decide about tasks, and whole files of them (R-PROD-009, R-PROD-067, R-PROD-070). */
export function addTaskChanges(runtime: Runtime, group: Command): void {
  verbOf(group, 'requeue')
    .argument('<id>')
    .option('--note <text>', 'what the next run is told')
    .description('Put a task back to work; its tries are counted anew')
    .action(verb(runtime, (it) => change(it, requeueTask as never, { note: it.flags.note }, 'pending')));
  verbOf(group, 'kill')
    .argument('<id>')
    .option('--reason <text>', 'why')
    .description('Give a task up for good')
    .action(verb(runtime, (it) => change(it, killTask as never, { reason: it.flags.reason }, 'killed')));
  verbOf(group, 'reroute')
    .argument('<id>')
    .requiredOption('--agent <role>', 'role that is to do it')
    .option('--note <text>', 'what the next run is told')
    .description('Give a task to another role')
    .action(
      verb(runtime, (it) =>
        change(
          it,
          rerouteTask as never,
          { agent: it.flags.agent, note: it.flags.note },
          `pending for ${String(it.flags.agent)}`,
        ),
      ),
    );
  verbOf(group, 'seed')
    .argument('<file>')
    .description('File the tasks of a JSON file, all or none; those that are there are skipped')
    .action(verb(runtime, seed));
}

async function change(
  { args, run, say }: Verb,
  operation: Parameters<Verb['run']>[0],
  input: Readonly<Record<string, unknown>>,
  said: string,
): Promise<undefined> {
  const given = Object.fromEntries(Object.entries(input).filter(([, value]) => value !== undefined));
  await run(operation, { task_id: args[0], ...given });
  say(`${String(args[0])} is ${said}`);
}

async function seed({ args, project, say }: Verb): Promise<undefined> {
  const { board } = project.settings();
  if (board.kind !== 'ledger') throw new AppError('invalid-config', 'the board of this project is no ledger');
  const { seedLedger } = await import('../../adapters/boards/ledger/seed-ledger.ts');
  const { inserted } = await seedLedger(board.path, textOf(String(args[0])));
  say(`${inserted} task(s) filed`);
}

function textOf(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (cause) {
    throw new AppError('invalid-input', `${file} cannot be read: ${messageOf(cause)}`, { cause });
  }
}
