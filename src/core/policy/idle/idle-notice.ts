import type { NewNotice } from '../../ports/notices.ts';
import type { IdleState } from './step-idle.ts';

/** The one notice about a team that does not work. */
export const IDLE_KEY = 'idle';

/** Who gives out the work, as people of a ledger know it or as we are called. */
export type Dispatcher = 'Producer' | 'Dispatch';

const SUBJECTS: Readonly<Record<IdleState['kind'], string>> = {
  idle: 'Team idle',
  starved: 'Team out of budget',
  held: 'Team held back',
  blocked: 'Team waits',
  working: '',
  waking: '',
};

/** What people are told of a team that does not work, by what keeps it from working (R-PROD-076, R-PROD-080). */
export function idleNotice(
  kind: IdleState['kind'],
  { who, polls, seconds }: { readonly who: Dispatcher; readonly polls: number; readonly seconds: number },
): NewNotice {
  const texts: Readonly<Record<string, string>> = {
    idle: `${who} has had ${polls} consecutive empty polls (~${seconds}s). Queue is empty.`,
    starved: `There are tasks, and no money for any of them for ~${seconds}s. Raise a cap, or wait for 00:00 UTC.`,
    held: `There are tasks, and all of them are held back for ~${seconds}s by a pause, a breaker or a usage limit. See: dispatch status`,
    blocked: `Nothing can be started for ~${seconds}s: what is left waits for tasks that are not done, or for an answer. See: dispatch task list`,
  };
  return { kind: 'idle', key: IDLE_KEY, subject: SUBJECTS[kind], body: texts[kind] ?? '' };
}

/** What people are told when the team works again (R-PROD-077). */
export const backNotice = (who: Dispatcher, tasks: number): NewNotice => ({
  ...{ kind: 'back-online', key: 'back-online', subject: 'Team back online' },
  body: `${who} dispatched ${tasks} task(s) — work flowing again.`,
});
