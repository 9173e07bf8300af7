import { capState, SOFT_RATIO } from '../money/budget-view.ts';
import { cappedAgents } from '../money/caps.ts';
import type { BudgetState } from '../money/money-state.ts';
import { type Account, openPurse } from '../money/purse.ts';
import { haltOf } from './block.ts';
import type { GovernorChange, GovernorEffect } from './events.ts';
import { type Hold, holdBlock, holdsOf } from './hold.ts';
import { type Capped, capHitNotice, softCapNotice } from './notices.ts';
import type { GovernorState } from './state.ts';

/** Tells once a day of each cap that is used up or nearly so, and escalates the first task that an agent's budget keeps back. */
export function tellBudget(before: GovernorState, state: GovernorState, now: number): GovernorChange {
  const { budget } = state;
  if (budget === undefined || (before.budget === budget && before.waiting === state.waiting))
    return { state, effects: [] };
  const purse = openPurse(budget, state.leases);
  if (purse === null) return { state, effects: [] };
  const teller = createTeller(budget, now);
  for (const agent of cappedAgents(budget)) teller.weigh(purse.agentAccount(agent), agent);
  for (const account of purse.project) teller.weigh(account, '');
  tellOfWaiting(state, now, teller);
  if (teller.effects.length === 0) return { state, effects: [] };
  const told = [...budget.told, ...teller.told];
  return { state: { ...state, budget: { ...budget, told } }, effects: [...teller.effects, LINE] };
}

const LINE = { kind: 'persist', part: 'line' } as const;

type Teller = ReturnType<typeof createTeller>;

function createTeller({ told: before, day, policy }: BudgetState, now: number) {
  const told: string[] = [];
  const effects: GovernorEffect[] = [];
  const once = (key: string, effect: () => GovernorEffect): void => {
    if (before.includes(key) || told.includes(key)) return;
    told.push(key);
    effects.push(effect());
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
