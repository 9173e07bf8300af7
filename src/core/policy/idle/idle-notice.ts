import type { NewNotice } from '../../ports/notices.ts';
import { type StalledTask, stallText } from './stall.ts';
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

interface Idleness {
  readonly who: Dispatcher;
  readonly polls: number;
  readonly seconds: number;
  /** Where work ended. */
  readonly stall: readonly StalledTask[];
}

/** What people are told of a team that does not work, by what keeps it from working (R-PROD-076, R-PROD-080). */
export function idleNotice(kind: IdleState['kind'], { who, polls, seconds, stall }: Idleness): NewNotice {
  const texts: Readonly<Record<string, string>> = {
    idle: `${who} has had ${polls} consecutive empty polls (~${seconds}s). Queue is empty.${diagnosis(stall)}`,
    starved: `There are tasks, and no money for any of them for ~${seconds}s. Raise a cap, or wait for 00:00 UTC.`,
    held: `There are tasks, and all of them are held back for ~${seconds}s by a pause, a breaker or a usage limit. See: dispatch status`,
    blocked: `Nothing can be started for ~${seconds}s: what is left waits for tasks that are not done, or for an answer. See: dispatch task list`,
  };
  return { kind: 'idle', key: IDLE_KEY, subject: SUBJECTS[kind], body: texts[kind] ?? '' };
}

/** Who filed nothing, as a paragraph of its own (R-PROD-046). */
const diagnosis = (stall: readonly StalledTask[]): string =>
  stall.length === 0
    ? ''
    : ['', '', 'Last to end without filing a task:', ...stall.map((one) => `- ${stallText(one)}`)].join('\n');

/** What people are told when the team works again (R-PROD-077). */
export const backNotice = (who: Dispatcher, tasks: number): NewNotice => ({
  ...{ kind: 'back-online', key: 'back-online', subject: 'Team back online' },
  body: `${who} dispatched ${tasks} task(s) — work flowing again.`,
});
