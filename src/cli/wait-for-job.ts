import type { Command } from 'commander';
import type { Operation } from '../api/operation.ts';
import { getDispatch } from '../api/operations/get-dispatch.ts';
import { runOperation } from '../api/run-operation.ts';
import { HTTP_WAIT_SECONDS_MAX } from '../core/dispatch-limits.ts';
import { isOver, type JobStatus } from '../core/schema/job.ts';
import { act, type Cli, type Runtime } from './cli.ts';
import { answerOnce, printAnswer } from './operation-command.ts';
import { exitCodeOf, INTERRUPTED } from './tell-result.ts';
import { callContext, withProject } from './with-project.ts';

interface Shown {
  readonly status: JobStatus;
  readonly result?: { readonly success: boolean; readonly error_type?: string };
}

/** Gives `dispatch job <id>` a `--wait`: shown when it has ended; the exit code is that of its end (R-AD-106). */
export function addWait(runtime: Runtime, command: Command, operation: Operation): void {
  command.option('--wait', 'wait until it has ended; Ctrl-C ends the waiting, not the job');
  command.action(
    act(runtime, async (cli, call) => {
      if (call.flags.wait !== true) return answerOnce(cli, operation, call);
      cli.io.stop.takeOver();
      const job = await ended(cli, String(call.args[0]));
      if (job === null) return INTERRUPTED;
      await printAnswer(cli, operation.name, job);
      return exitCodeOf(job.result ?? { success: job.status === 'done' });
    }),
  );
}

/** Null: Ctrl-C came first. */
function ended(cli: Cli, jobId: string): Promise<Shown | null> {
  const { signal } = cli.io.stop;
  return withProject(cli, async (project) => {
    const context = { ...(await callContext(project, cli.io.env)), signal };
    // Ends with the job or the signal; each round waits on the store.
    for (;;) {
      const input = { job_id: jobId, wait: HTTP_WAIT_SECONDS_MAX };
      const job = (await runOperation(getDispatch, context, input)) as Shown;
      if (isOver(job.status)) return job;
      if (signal.aborted) return null;
    }
  });
}
