import { join } from 'node:path';
import { messageOf } from '../core/errors.ts';
import { LIST_PAGE_MAX, PROMPT_BYTES_MAX } from '../core/limits.ts';
import { composePrompt } from '../core/policy/dispatch/prompt-text.ts';
import { grantOf } from '../core/policy/money/grant-of.ts';
import type { RunDispatchInput } from '../core/schema/dispatch-flow.ts';
import type { Job } from '../core/schema/job.ts';
import { keepDispatchOutcome } from './dispatch-outcome.ts';
import { createDispatchProgress } from './dispatch-progress.ts';
import { followJobEnd } from './follow-job-end.ts';
import type { ActivityPorts } from './ports.ts';
import { promptNote } from './prompt-note.ts';
import { hasAsked, tellAnswers } from './questions.ts';
import type { PreparedRequest, RunSource } from './run-source.ts';

/** What a run says to a conversation that it takes up where an earlier one was cut off (R-AD-076). */
const CONTINUE = 'Continue where you left off';

/** The agent run of somebody's call: the prompt is the call's, the answer goes to the jobs. */
export function dispatchSource(ports: ActivityPorts, input: RunDispatchInput): RunSource {
  const { jobId, runId, epoch, attempt, agent, taskId } = input;
  const { store, host, log } = ports;
  const progress = createDispatchProgress(store.jobs, jobId, (error) =>
    log.warn({ jobId, runId, error: messageOf(error) }, 'progress not kept'),
  );
  let job: Job | null = null;
  let calledOff = false;
  let isKept = false;
  return {
    epoch,
    grant: grantOf(input),
    identity: {
      ...{ runId, taskId, jobId, surface: 'dispatch', agent, attempt },
      ...{ queueName: null, inProgressQueue: null, retryCount: 0, timeoutSeconds: null },
    },
    async prepare(taskToken) {
      job = await store.jobs.get(jobId);
      if (job === null) return { failed: `the job ${jobId} is gone from the store` };
      return request(ports, { input, job, taskToken });
    },
    // Whoever called it off before this moment wins; afterwards the process is told (R-AD-108).
    async mayRun(prompt) {
      const run = { runId, hostId: host.hostId, at: Date.now(), note: promptNote(prompt) };
      calledOff = !(await store.jobs.start(jobId, run));
      return !calledOff;
    },
    async noteRunning() {
      const running = await store.jobs.get(jobId).catch(() => null);
      if (running !== null) await ports.jobFiles.write(running);
    },
    follow: () =>
      followJobEnd(store.jobs, jobId, () => {
        if (!isKept) host.stopRun(runId, 'cancel');
      }),
    onEvent: progress.event,
    asked: () => hasAsked(ports, jobId, runId),
    async keep(outcome, asked) {
      isKept = true;
      await progress.end();
      // A job that was over before it ran keeps the end it has.
      if (job !== null && !calledOff) await keepDispatchOutcome(ports, { input, job, outcome, asked });
    },
  };
}

interface Prepared {
  readonly input: RunDispatchInput;
  readonly job: Job;
  readonly taskToken: string;
}

async function request(ports: ActivityPorts, { input, job, taskToken }: Prepared): Promise<PreparedRequest> {
  const { runId, jobId, attempt } = input;
  const { spec } = job;
  // An agent without conversations is told everything again.
  const remembers = spec.kind !== 'command';
  // A job is marked as running before its first process is made: without that mark there is nothing to go on with.
  const hasBegun = job.startedAt !== null && (await wasSpawned(ports, jobId));
  const goesOn = remembers && input.turn === 'continue' && hasBegun;
  const isAnswered = remembers && input.turn === 'answered';
  const told = await tellAnswers(ports, {
    ...{ subject: jobId, runId, goesOn: isAnswered },
    prompt: goesOn ? continuation(job) : composePrompt(job.request),
  });
  if (Buffer.byteLength(told.prompt) > PROMPT_BYTES_MAX)
    return { failed: `longer than ${PROMPT_BYTES_MAX} bytes` };
  return {
    ...{ kind: spec.kind, agent: job.request.agent },
    ...{ runId, taskToken, attempt, ...told },
    taskId: job.taskId ?? jobId,
    taskName: job.request.task.slice(0, TASK_NAME_SHOWN),
    command: spec.command,
    args: [],
    promptVia: 'argument',
    cwd: spec.directory,
    env: await environment(ports, input, job),
    timeoutMs: spec.timeoutSeconds * 1000,
    silenceMs: null,
    sessionId: job.sessionId,
    resume: goesOn || isAnswered || job.resume,
    model: spec.options,
    outputPath: join(ports.settings().stateDir, 'runs', `${runId}.log`),
    costPath: join(ports.settings().stateDir, 'runs', `${runId}.cost`),
    allowanceMicroUsd: input.allowanceMicroUsd ?? null,
  };
}

const TASK_NAME_SHOWN = 200;

/** Did an earlier run of the job get as far as having a process, and so perhaps a conversation? */
async function wasSpawned({ store }: ActivityPorts, jobId: string): Promise<boolean> {
  const runs = await store.projection.listRuns({ jobId, limit: LIST_PAGE_MAX });
  // The projection may have been lost; a conversation that is not there is noticed and begun afresh.
  return runs.length === 0 || runs.some(({ spawnedAt }) => spawnedAt !== null);
}

/** A conversation that was there before the job is not missing when the agent was cut off before it heard the task. */
function continuation({ resume, request }: Job): string {
  return resume ? `${CONTINUE}. If this did not reach you yet:\n\n${composePrompt(request)}` : CONTINUE;
}

async function environment(
  ports: ActivityPorts,
  { runId, jobId }: RunDispatchInput,
  job: Job,
): Promise<Record<string, string>> {
  const { project, stateDir } = ports.settings();
  const { agents } = await ports.agents.read();
  const api = ports.apiUrl();
  const token = await ports.runToken(runId, job.taskId ?? jobId);
  return {
    ...agents.get(job.request.agent)?.env,
    DISPATCH_RUN_ID: runId,
    DISPATCH_JOB_ID: jobId,
    DISPATCH_PROJECT: project,
    DISPATCH_STATE_DIR: stateDir,
    AGENT_DISPATCH_DEPTH: String(job.chain.length),
    ...(job.taskId === null ? {} : { DISPATCH_TASK_ID: job.taskId }),
    ...(api === null ? {} : { DISPATCH_API_URL: api }),
    ...(token === null ? {} : { DISPATCH_API_TOKEN: token }),
  };
}
