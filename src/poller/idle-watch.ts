import { AppError, messageOf } from '../core/errors.ts';
import { IDLE_LOCK_MS } from '../core/notice-limits.ts';
import { backNotice, IDLE_KEY, idleNotice } from '../core/policy/idle/idle-notice.ts';
import { findStall, type StalledTask } from '../core/policy/idle/stall.ts';
import {
  firstIdleState,
  type IdleAction,
  type IdleLook,
  type IdleState,
  stepIdle,
} from '../core/policy/idle/step-idle.ts';
import { type TeamFacts, teamKind } from '../core/policy/idle/team-kind.ts';
import { wakeupTask } from '../core/policy/idle/wakeup.ts';
import type { Log } from '../core/ports/log.ts';
import type { Notices } from '../core/ports/notices.ts';
import type { Settings } from '../core/schema/settings.ts';
import { type IdleFactPorts, teamFacts } from './idle-facts.ts';
import { judgeWakeups, type WakeupPorts, wakeupChance } from './idle-wakeups.ts';

export interface IdleWatchConfig extends IdleFactPorts, Omit<WakeupPorts, 'board'> {
  readonly notices: Notices;
  /** Names this process among those that could watch. */
  readonly owner: string;
  readonly log: Log;
  settings(): Settings;
  /** A task was filed: look at the board. */
  wake(): void;
}

const NAME = 'idle';

/** Looks once per poll interval whether the team has work; one worker of a project does it (R-PROD-076, R-PROD-080). */
export function startIdleWatch(config: IdleWatchConfig): () => Promise<void> {
  const { log, settings, store, owner } = config;
  let running: Promise<void> | null = null;
  let failing = false;
  let stopped = false;
  let timer: NodeJS.Timeout | null = null;
  const lookOnce = createLook(config);

  async function look(): Promise<void> {
    try {
      if (await store.records.takeLock(NAME, owner, lockMs(settings()))) await lookOnce();
      failing = false;
    } catch (error) {
      if (error instanceof AppError && error.code === 'shutting-down') return;
      // A board that is away stays so for a while, and others say so too.
      if (!failing) log.warn({ error: messageOf(error) }, 'not looked whether the team is idle');
      failing = true;
    }
  }
  function schedule(): void {
    if (stopped) return;
    timer = setTimeout(() => {
      running = look().finally(schedule);
    }, intervalMs(settings()));
    timer.unref();
  }
  schedule();
  return async () => {
    stopped = true;
    if (timer !== null) clearTimeout(timer);
    await running;
    await store.records.dropLock(NAME, owner).catch(() => undefined);
  };
}

const intervalMs = ({ defaults }: Settings): number => defaults.pollIntervalSeconds * 1000;

/** Held over to the next look, so that one worker sees the whole of an episode. */
const lockMs = (settings: Settings): number => Math.max(IDLE_LOCK_MS, intervalMs(settings) * 2);

/** Remembers when it looked last: work that came and went since then counts. */
function createLook(config: IdleWatchConfig): () => Promise<void> {
  let lastAt: number | null = null;
  return async () => {
    const now = Date.now();
    await lookOnce(config, { now, lastAt });
    lastAt = now;
  };
}

async function lookOnce(
  config: IdleWatchConfig,
  { now, lastAt }: { readonly now: number; readonly lastAt: number | null },
): Promise<void> {
  const { settings, store } = config;
  const known = ((await store.records.watchState(NAME)) as IdleState | null) ?? firstIdleState(now);
  // What ran before a restart, while the team worked, is no news.
  const facts = await teamFacts(config, lastAt ?? (known.kind === 'working' ? now : known.since));
  if (!facts.armed) await judgeWakeups(config);
  const { idlePolls } = settings().notifications;
  const step = stepIdle(known, {
    ...{ kind: teamKind(facts), now, thresholdMs: idlePolls * intervalMs(settings()) },
    wakeup: await wakeupChance(config, now),
  } satisfies IdleLook);
  for (const action of step.actions) await act(config, { action, facts, kind: step.state.kind });
  // After what follows from it: a worker that dies in between does it again, and each of it is done once.
  if (JSON.stringify(step.state) !== JSON.stringify(known))
    await store.records.keepWatchState(NAME, step.state);
}

interface Acting {
  readonly action: IdleAction;
  readonly facts: TeamFacts;
  readonly kind: IdleState['kind'];
}

/** Where the work of a team ended that has none left; boards that are no ledger do not know. */
const stallOf = async ({ board }: IdleWatchConfig): Promise<readonly StalledTask[]> =>
  findStall((await board.journal?.endings()) ?? []);

async function act(config: IdleWatchConfig, { action, facts, kind }: Acting): Promise<void> {
  const { notices, board, settings } = config;
  const polls = settings().notifications.idlePolls;
  const who = board.journal === undefined ? 'Dispatch' : 'Producer';
  switch (action) {
    case 'tell': {
      const seconds = Math.round((polls * intervalMs(settings())) / 1000);
      const stall = kind === 'idle' ? await stallOf(config) : [];
      await notices.raise(idleNotice(kind, { who, polls, seconds, stall }));
      return;
    }
    case 'untell':
      await notices.resolve(IDLE_KEY);
      return;
    case 'back':
      await notices.raise(backNotice(who, Math.max(1, facts.tasks.length, facts.ran.length)));
      return;
    case 'wake-up': {
      const role = config.wokenRole();
      if (role === null) return;
      const lull = { idlePolls: polls, stall: await stallOf(config) };
      const filed = await board.journal?.fileWakeup(wakeupTask(role, lull));
      if (filed !== null && filed !== undefined) config.wake();
      return;
    }
    case 'skip-wake-up':
      await board.journal?.note({
        action: 'idle_wakeup_skipped',
        detail: { reason: 'cooldown_or_saturated', idle_polls: polls },
      });
  }
}
