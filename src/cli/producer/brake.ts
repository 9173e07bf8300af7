import type { Command } from 'commander';
import { armKillSwitch } from '../../api/operations/arm-kill-switch.ts';
import { disarmKillSwitch } from '../../api/operations/disarm-kill-switch.ts';
import { AppError } from '../../core/errors.ts';
import type { Runtime } from '../cli.ts';
import { hasWorker, type Verb, verb, verbOf } from './verb.ts';

const DEFAULT_REASON = 'armed via CLI';

/** `kill` and `resume`, with or without anything running (R-PROD-061). */
export function addBrakeVerbs(runtime: Runtime, program: Command): void {
  verbOf(program, 'kill')
    .argument('[reason...]')
    .description('Arm the kill switch: nothing is started any more')
    .action(verb(runtime, kill));
  verbOf(program, 'resume').description('Disarm the kill switch').action(verb(runtime, resume));
}

async function kill({ args, project, run, say }: Verb): Promise<undefined> {
  const words = ((args[0] ?? []) as readonly string[]).join(' ');
  const reason = words === '' ? DEFAULT_REASON : words;
  if (await hasWorker(project)) await confirmed(run(armKillSwitch as never, { reason }));
  else await byFile(project, { armed: true, reason });
  say(`kill switch armed at ${project.brake.path}`);
}

async function resume({ project, run, say }: Verb): Promise<undefined> {
  if (await hasWorker(project)) await confirmed(run(disarmKillSwitch as never, {}));
  // The worker that comes next takes the newer word of the file.
  else await byFile(project, { armed: false, reason: null });
  say(`kill switch disarmed at ${project.brake.path}`);
}

/** Whoever could not be asked obeys the file. */
async function confirmed(order: Promise<unknown>): Promise<void> {
  try {
    await order;
  } catch (error) {
    const known =
      error instanceof AppError && ['brake-unconfirmed', 'temporal-unavailable'].includes(error.code);
    if (!known) throw error;
  }
}

interface Turn {
  readonly armed: boolean;
  readonly reason: string | null;
}

async function byFile({ brake, context }: Verb['project'], { armed, reason }: Turn): Promise<void> {
  const before = brake.read();
  if (armed) brake.arm(reason ?? DEFAULT_REASON);
  else if (before.mark !== null) brake.disarm();
  if (before.armed === armed && !armed) return;
  await context.store.records.appendAudit({
    ...{ at: Date.now(), channel: 'cli', actor: 'producer', subject: 'kill-switch' },
    action: armed ? 'arm-kill-switch' : 'disarm-kill-switch',
    detail: reason === null ? {} : { reason },
  });
}
