import type { Command } from 'commander';
import { getRunOutput } from '../../api/operations/get-run-output.ts';
import { AppError } from '../../core/errors.ts';
import type { Store } from '../../core/ports/store.ts';
import { act, type Cli, type Runtime } from '../cli.ts';
import { neutralise } from '../neutralise.ts';
import { pause } from '../pause.ts';
import { callContext, withProject } from '../with-project.ts';

const FOLLOW_MS = 200;
const INTERRUPTED = 130;

/** `dispatch runs logs <id> [-f]`: what an agent wrote, made harmless for the terminal unless `--raw` (R-SYS-032). */
export function addRunLogs(runtime: Runtime, parent: Command): void {
  parent
    .command('logs')
    .description('Print the output of a run, or of the latest run of a task')
    .argument('<id>', 'id of a run or of a task')
    .option('-f, --follow', 'go on until the run has ended')
    .option('--raw', 'print the bytes as the agent wrote them, control characters too')
    .addHelpText('after', '\nExamples:\n  $ dispatch runs logs 12\n  $ dispatch runs logs 12 --follow')
    .action(
      act(runtime, async (cli, { args, flags }) =>
        withProject(cli, async ({ context }) => {
          const runId = await findRun(context.store, String(args[0]));
          const input = { run_id: runId, offset: 0 };
          const calling = await callContext({ context }, cli.io.env);
          const read = (offset: number) =>
            getRunOutput.run(calling, getRunOutput.input.parse({ ...input, offset }));
          return print(cli, {
            raw: flags.raw === true,
            follow: flags.follow === true,
            read,
            isOver: isOver(context.store, runId),
          });
        }),
      ),
    );
}

async function findRun({ projection }: Store, id: string): Promise<string> {
  if ((await projection.getRun(id)) !== null) return id;
  const [latest] = await projection.listRuns({ taskId: id, limit: 1 });
  if (latest !== undefined) return latest.runId;
  throw new AppError('run-not-found', `there is no run ${id}, and no task ${id} that has run`, {
    hint: 'see them with: dispatch runs list',
  });
}

const isOver =
  ({ projection }: Store, runId: string) =>
  async (): Promise<boolean> =>
    (await projection.getRun(runId))?.status !== 'running';

interface Source {
  readonly raw: boolean;
  readonly follow: boolean;
  read(offset: number): ReturnType<typeof getRunOutput.run>;
  isOver(): Promise<boolean>;
}

async function print({ out, io }: Cli, { raw, follow, read, isOver: over }: Source): Promise<number> {
  const ended = AbortSignal.any([io.stop.signal, io.stop.unread]);
  if (follow) io.stop.takeOver();
  for (let offset = 0; !ended.aborted; ) {
    // Asked before the read: what was written before the end is then still read.
    const isLast = !follow || (await over());
    const piece = await read(offset);
    if (!('text' in piece)) throw new Error('a read is never answered later');
    if (piece.text !== '') {
      if (out.json) out.line(piece);
      else io.stdout.write(raw ? piece.text : neutralise(piece.text));
    }
    const more = piece.next_offset < piece.size && piece.next_offset > offset;
    offset = piece.next_offset;
    if (more) continue;
    if (isLast) return 0;
    await pause(FOLLOW_MS, ended);
  }
  return io.stop.signal.aborted ? INTERRUPTED : 0;
}
