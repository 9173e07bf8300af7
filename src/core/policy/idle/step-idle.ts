import type { TeamKind } from './team-kind.ts';

/** What is remembered of the team between two looks; plain JSON, kept over restarts. */
export interface IdleState {
  readonly kind: Exclude<TeamKind, 'braked'>;
  /** Since when, epoch milliseconds; time under the brake is taken out. */
  readonly since: number;
  /** What was done about this episode; `skipped`: nobody was woken, and people were told. */
  readonly told: 'nothing' | 'notice' | 'wake-up' | 'skipped';
  /** People were told, or a wake-up filed, since the team last worked. */
  readonly reported: boolean;
  /** Armed since; null = it is not. */
  readonly heldAt: number | null;
}

/** A moment at which the team was looked at. */
export interface IdleLook {
  readonly kind: TeamKind;
  readonly now: number;
  readonly thresholdMs: number;
  /** `off`: nobody is woken here, people are told instead. */
  readonly wakeup: 'off' | 'may' | 'may-not';
}

/** `tell`: the team does not work; `back`: it does again. */
export type IdleAction = 'tell' | 'untell' | 'wake-up' | 'skip-wake-up' | 'back';

/** The state of a team nobody has looked at yet. */
export const firstIdleState = (now: number): IdleState => ({
  ...{ kind: 'working', since: now, told: 'nothing', reported: false, heldAt: null },
});

/**
 * What follows from one look: one notice or one wake-up for each time the team runs out of work, and one word when it
 * works again (R-PROD-076, R-PROD-077, R-PROD-101). Under the brake time stands still.
 */
export function stepIdle(
  state: IdleState,
  look: IdleLook,
): { readonly state: IdleState; readonly actions: readonly IdleAction[] } {
  const { kind, now } = look;
  if (kind === 'braked') return { state: { ...state, heldAt: state.heldAt ?? now }, actions: [] };
  const since = state.heldAt === null ? state.since : state.since + (now - state.heldAt);
  const known: IdleState = { ...state, since, heldAt: null };
  return known.kind === kind ? stay(known, look) : change(known, { ...look, kind });
}

type Step = ReturnType<typeof stepIdle>;

function change(state: IdleState, { kind, now }: IdleLook & { readonly kind: IdleState['kind'] }): Step {
  const untell = untellOf(state);
  const next: IdleState = { ...state, kind, since: now, told: 'nothing' };
  if (kind !== 'working') return { state: next, actions: untell };
  return {
    state: { ...next, reported: false },
    actions: [...untell, ...(state.reported ? (['back'] as const) : [])],
  };
}

function stay(state: IdleState, { kind, now, thresholdMs, wakeup }: IdleLook): Step {
  const isQuiet = kind === 'working' || kind === 'waking' || now - state.since < thresholdMs;
  if (isQuiet || state.told === 'notice' || state.told === 'wake-up') return { state, actions: [] };
  if (kind !== 'idle' || wakeup === 'off')
    return state.told === 'nothing' ? did(state, 'notice', ['tell']) : { state, actions: [] };
  if (wakeup === 'may') return did(state, 'wake-up', [...untellOf(state), 'wake-up']);
  // The cooldown may pass while the team is still idle: it is looked at again, and people know meanwhile.
  return state.told === 'skipped' ? { state, actions: [] } : did(state, 'skipped', ['skip-wake-up', 'tell']);
}

const untellOf = ({ told }: IdleState): readonly IdleAction[] =>
  told === 'notice' || told === 'skipped' ? ['untell'] : [];

const did = (state: IdleState, told: IdleState['told'], actions: readonly IdleAction[]): Step => ({
  state: { ...state, told, reported: true },
  actions,
});
