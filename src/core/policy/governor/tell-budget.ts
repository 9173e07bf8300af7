import { capState, SOFT_RATIO } from '../money/budget-view.ts';
import { cappedAgents } from '../money/caps.ts';
import type { BudgetState } from '../money/money-state.ts';
import { type Account, openPurse } from '../money/purse.ts';
import { haltOf } from './block.ts';
import { changedCaps } from './changed-caps.ts';
import type { GovernorChange, GovernorEffect } from './events.ts';
import { type Hold, holdBlock, holdsOf } from './hold.ts';
import { type Capped, capHitNotice, softCapNotice } from './notices.ts';
import type { GovernorState } from './state.ts';

/**
 * Tells once a day of each cap that is used up or nearly so, and escalates the first task that an agent's budget keeps
 * back. With `tellsAnew`, what was told of a cap is over once that cap is changed and it is no longer so.
 */
export function tellBudget(
  {
    before,
    state,
    now,
  }: { readonly before: GovernorState; readonly state: GovernorState; readonly now: number },
  tellsAnew: boolean,
): GovernorChange {
  const { budget } = state;
  if (budget === undefined || (before.budget === budget && before.waiting === state.waiting))
    return { state, effects: [] };
  const changed = tellsAnew ? changedCaps(before.budget, budget) : [];
  const purse = openPurse(budget, state.leases);
  if (purse === null && changed.length === 0) return { state, effects: [] };
  const keys = new Set(changed.map(({ key }) => key));
  const kept = budget.told.filter((key) => !keys.has(key));
  const teller = createTeller({ ...budget, told: kept }, { now, known: keys });
  if (purse !== null) {
    for (const agent of cappedAgents(budget)) teller.weigh(purse.agentAccount(agent), agent);
    for (const account of purse.project) teller.weigh(account, '');
  }
  tellOfWaiting(state, now, teller);
  const over = changed.filter(({ key }) => !teller.told.includes(key)).map(({ notice }) => overOf(notice));
  if (teller.effects.length + over.length === 0) return { state, effects: [] };
  const told = [...kept, ...teller.told];
  return { state: { ...state, budget: { ...budget, told } }, effects: [...over, ...teller.effects, LINE] };
}

const overOf = (key: string): GovernorEffect => ({ kind: 'notice-over', key });

const LINE = { kind: 'persist', part: 'line' } as const;

type Teller = ReturnType<typeof createTeller>;

/** `known`: people have heard of it; where it still is so it stays told. */
function createTeller(
  { told: before, day, policy }: BudgetState,
  { now, known }: { readonly now: number; readonly known: ReadonlySet<string> },
) {
  const told: string[] = [];
  const effects: GovernorEffect[] = [];
  const once = (key: string, effect: () => GovernorEffect): void => {
    if (before.includes(key) || told.includes(key)) return;
    told.push(key);
    if (!known.has(key)) effects.push(effect());
  };
  const cappedBy = (account: Account, agent: string): Capped => ({ account, agent, day, at: now });
  const hit = (account: Account, agent: string): void =>
    once(`hit:${keyOf(account, agent)}`, () => capHitNotice(cappedBy(account, agent)));
  return {
    told: told as readonly string[],
    effects: effects as readonly GovernorEffect[],
    hit,
    weigh(account: Account | null, agent: string): void {
      if (account === null) return;
      const state = capState(account.capMicroUsd, account.spentMicroUsd, policy?.softRatio ?? SOFT_RATIO);
      if (state === 'cap-hit') hit(account, agent);
      if (state === 'soft-cap')
        once(`soft:${keyOf(account, agent)}`, () => softCapNotice(cappedBy(account, agent)));
    },
    escalate(taskId: string, hold: Extract<Hold, { kind: 'budget' }>): void {
      const { agent } = hold;
      if (policy?.agents[agent]?.onBudget !== 'escalate') return;
      once(`escalated:${agent}`, () => ({
        ...{ kind: 'escalate-budget', taskId, agent, text: holdBlock(hold).text },
      }));
    },
  };
}

const keyOf = ({ cap }: Account, agent: string): string => (cap === 'agent' ? `agent/${agent}` : cap);

/** Whoever waits for money alone: a cap under which nothing more fits is as good as used up. */
function tellOfWaiting(state: GovernorState, now: number, teller: Teller): void {
  if (state.waiting.length === 0 || haltOf(state, now) !== null) return;
  const holds = holdsOf(state);
  const seen = new Set<string>();
  for (const entry of state.waiting) {
    const { taskId } = entry;
    if (taskId === null || seen.has(entry.agent)) continue;
    const hold = holds.of(entry);
    if (hold?.kind !== 'budget') continue;
    const { agent } = hold;
    seen.add(entry.agent);
    const { shortage } = hold;
    const { capMicroUsd, spentMicroUsd, neededMicroUsd } = shortage;
    // What is only held may be there again as soon as a run under way is over.
    if (capMicroUsd > 0 && spentMicroUsd + neededMicroUsd <= capMicroUsd) continue;
    teller.escalate(taskId, hold);
    if (spentMicroUsd > 0 && capMicroUsd > 0) teller.hit(shortage, agent);
  }
}
