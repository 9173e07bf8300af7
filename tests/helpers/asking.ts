import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { call } from './call.ts';
import { type TestProject, until } from './project.ts';

type Answer = Readonly<Record<string, unknown>>;

/**
 * An agent, as a shell script: at its first run it waits until its test has asked in its name and ends its turn; at the
 * next it keeps the prompt it was given.
 */
export const ASKS = `
if [ ! -e asked ]; then
  echo "$DISPATCH_RUN_ID" > asks.draft; mv asks.draft asks
  while [ ! -e asked ]; do sleep 0.02; done
  exit 0
fi
printf '%s' "$1" > heard`;

/** The run that is ready to ask. */
export function askerOf({ dir }: TestProject): Promise<string> {
  const file = join(dir, 'asks');
  return until('the agent is ready to ask', () => existsSync(file) && readFileSync(file, 'utf8').trim());
}

/** Lets the run that has asked end its turn. */
export const endTurn = ({ dir }: TestProject): void => writeFileSync(join(dir, 'asked'), '');

/** Waits for the run, asks in its name and lets it end its turn. */
export async function askedBy(p: TestProject, question: object = {}): Promise<Answer> {
  const run_id = await askerOf(p);
  const asked = await call(p.project, 'ask-question', { question: 'Which colour?', run_id, ...question });
  endTurn(p);
  return asked as Answer;
}

/** Waits until the task waits for its answer. */
export const asking = (p: TestProject, taskId: string) =>
  until(`task ${taskId} waits for an answer`, async () => {
    const state = await p.project.context.store.records.getTaskState(taskId);
    return state?.status === 'asking' && state;
  });

/** The prompt of the run after the answer. */
export const heardBy = ({ dir }: TestProject): string => readFileSync(join(dir, 'heard'), 'utf8');
