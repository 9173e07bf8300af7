import { PAUSES_CHARS_MAX, PAUSES_MAX } from '../../limits.ts';
import { roleOf } from '../roles/names.ts';
import { because } from './because.ts';
import type { GovernorChange, GovernorEvent } from './events.ts';
import type { AdmitRequest, Blocked, GovernorState, Pause } from './state.ts';

type Target = Pick<Pause, 'scope' | 'name'>;
type Event<K extends GovernorEvent['kind']> = Extract<GovernorEvent, { kind: K }>;

const OPERATOR = { kind: 'persist', part: 'operator' } as const;

/** Stops new runs of a scope; the same scope again replaces reason and author (R-SYS-020). */
export function pause(state: GovernorState, { pause: wanted, now }: Event<'pause'>): GovernorChange {
  if (!pauseFits(state, wanted)) return { state, effects: [] };
  const others = state.pauses.filter((other) => !isSame(other, wanted));
  const before = state.pauses.find((other) => isSame(other, wanted));
  const pauses = [...others, { ...wanted, ...endOf(before, wanted), name: nameOf(wanted), at: now }];
  return { state: { ...state, pauses }, effects: [OPERATOR] };
}

/** Two runs that meet the limit of one account do not agree on its end to the second: the later one is safe. */
function endOf(before: Pause | undefined, wanted: Omit<Pause, 'at'>): { until?: number } {
  if (wanted.scope !== 'account' || wanted.until === undefined) return {};
  return { until: Math.max(wanted.until, before?.until ?? 0) };
}

/** Pauses whose time is over are none any more. */
export function endPauses(state: GovernorState, now: number): GovernorState {
  if (!state.pauses.some((one) => isOver(one, now))) return state;
  return { ...state, pauses: state.pauses.filter((one) => !isOver(one, now)) };
}

/** When the next pause ends by itself (epoch ms); null = none does. */
export function nextPauseEnd({ pauses }: GovernorState): number | null {
  const ends = pauses.flatMap(({ until }) => until ?? []);
  return ends.length === 0 ? null : Math.min(...ends);
}

const isOver = ({ until }: Pause, now: number): boolean => until !== undefined && until <= now;

/** Lifts one pause; without a name all of the scope, with `all` every one. */
export function unpause(state: GovernorState, { scope, name }: Event<'unpause'>): GovernorChange {
  const stays = (other: Pause) =>
    scope !== 'all' &&
    (other.scope !== scope || (name !== null && nameOf(other) !== nameOf({ scope, name })));
  const pauses = state.pauses.filter(stays);
  if (pauses.length === state.pauses.length) return { state, effects: [] };
  return { state: { ...state, pauses }, effects: [OPERATOR] };
}

/** Is there room for one more pause? To be asked before a pause is accepted: beyond it is not kept. */
export function pauseFits(state: GovernorState, wanted: Omit<Pause, 'at'>): boolean {
  const others = state.pauses.filter((other) => !isSame(other, wanted));
  const chars = [...others, wanted].reduce((sum, one) => sum + charsOf(one), 0);
  return others.length < PAUSES_MAX && chars <= PAUSES_CHARS_MAX;
}

const charsOf = ({ name, reason, by }: Omit<Pause, 'at'>): number =>
  (name?.length ?? 0) + (reason?.length ?? 0) + by.length;

/** Answers which pause binds a request: the project's before its route's, its agent's, its account's. */
export function pauseFinder(
  state: GovernorState,
): (request: Pick<AdmitRequest, 'route' | 'agent' | 'account'>) => Pause | null {
  if (state.pauses.length === 0) return () => null;
  const project = state.pauses.find(({ scope }) => scope === 'project') ?? null;
  const named = new Map(state.pauses.map((one) => [`${one.scope}/${nameOf(one)}`, one]));
  return ({ route, agent, account }) =>
    project ??
    (route === null ? null : named.get(`route/${route}`)) ??
    named.get(`agent/${roleOf(agent)}`) ??
    (account === undefined ? null : named.get(`account/${account}`)) ??
    null;
}

/** The name a pause goes by: of an agent its own, as in the configuration, whichever name it was told by. */
export function nameOf({ scope, name }: Target): string | null {
  if (scope === 'project' || name === null) return null;
  return scope === 'agent' ? roleOf(name) : name;
}
const isSame = (a: Target, b: Target): boolean => a.scope === b.scope && nameOf(a) === nameOf(b);

/** The reason a pause gives, with who set it and why. */
export function pauseBlock({ scope, name, reason, by, until }: Pause): Blocked {
  const end = until === undefined ? '' : ` until ${isoTime(until)}`;
  if (scope === 'account')
    return { code: 'usage-limit', text: `account "${name}" is at its usage limit${end}${because(reason)}` };
  const what = scope === 'project' ? 'the project' : `${scope} "${name}"`;
  return { code: 'paused', text: `${what} is paused by ${by}${end}${because(reason)}` };
}

const isoTime = (ms: number): string => new Date(ms).toISOString();
