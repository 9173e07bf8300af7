import type { Lease } from '../governor/state.ts';
import { roleOf } from '../roles/names.ts';
import { CAP_PERIODS, capOf, isBudgeted } from './caps.ts';
import type { Allotment, BudgetState, CapPeriod } from './money-state.ts';
import { reservationOf } from './reservation.ts';
import { dayStart, monthStart } from './utc-day.ts';

/** One cap with what stands against it, integer micro-dollars. */
export interface Account {
  readonly cap: 'agent' | CapPeriod;
  readonly capMicroUsd: number;
  /** Settled. */
  readonly spentMicroUsd: number;
  /** Held for runs under way. */
  readonly heldMicroUsd: number;
}

/** The cap that keeps a run back, and what that run would reserve. */
export interface Shortage extends Account {
  readonly neededMicroUsd: number;
}

/**
 * The money there is, counted once per decision; taken from as slots are given away. Agents go by their names in the
 * configuration: a role by its own.
 */
export interface Purse {
  /** What keeps a run of this agent back; null = nothing (equality is allowed, R-PROD-048). */
  shortOf(agent: string): Shortage | null;
  /** Holds the reservation of a run that starts, and says what it may spend at most. */
  take(agent: string): Allotment;
  /** What is left for this agent, micro-dollars; infinite without a cap, negative beyond one. */
  leftFor(agent: string): number;
  /** The agent's own cap, if it has one. */
  agentAccount(agent: string): Account | null;
  /** The caps of all agents together. */
  readonly project: readonly Account[];
}

/** What of a lease money is about. */
export type MoneyLease = Pick<Lease, 'agent' | 'grantedAt' | 'reservedMicroUsd'>;

type Open = { -readonly [Key in keyof Account]: Account[Key] };

/** Null = no budget: money keeps nobody back. */
export function openPurse(
  budget: BudgetState | undefined,
  leases: Readonly<Record<string, MoneyLease>>,
): Purse | null {
  if (budget === undefined || !isBudgeted(budget)) return null;
  const held = heldBy(budget, Object.values(leases));
  const project = projectAccounts(budget, held);
  const agents = new Map<string, Open | null>();
  const agentAccount = (agent: string): Open | null => {
    const known = agents.get(agent);
    if (known !== undefined) return known;
    const opened = openAgent(budget, held, agent);
    agents.set(agent, opened);
    return opened;
  };
  const binding = (agent: string): readonly Open[] => {
    const own = agentAccount(agent);
    return own === null ? project : [own, ...project];
  };
  const needOf = (agent: string, accounts: readonly Account[]): number =>
    reservationOf(budget, agent, Math.min(...accounts.map(({ capMicroUsd }) => capMicroUsd)));
  return {
    project,
    agentAccount,
    leftFor: (agent) => Math.min(...binding(agent).map(leftIn)),
    shortOf(agent) {
      const accounts = binding(agent);
      const neededMicroUsd = needOf(agent, accounts);
      const short = accounts.find((account) => account.capMicroUsd === 0 || leftIn(account) < neededMicroUsd);
      return short === undefined ? null : { ...short, neededMicroUsd };
    },
    take(agent) {
      const accounts = binding(agent);
      const reservedMicroUsd = needOf(agent, accounts);
      const left = Math.min(...accounts.map(leftIn));
      for (const account of accounts) account.heldMicroUsd += reservedMicroUsd;
      return { reservedMicroUsd, allowanceMicroUsd: Number.isFinite(left) ? left : null };
    },
  };
}

/** What is held for a run: its reservation, or what it has spent already where that is more (I4). */
export const heldFor = ({
  reservedMicroUsd = 0,
  spentMicroUsd = 0,
}: Pick<Lease, 'reservedMicroUsd' | 'spentMicroUsd'>): number => Math.max(reservedMicroUsd, spentMicroUsd);

/** What is left of a cap, micro-dollars; negative when runs cost more than was held for them. */
export const leftIn = ({ capMicroUsd, spentMicroUsd, heldMicroUsd }: Account): number =>
  capMicroUsd - spentMicroUsd - heldMicroUsd;

/** Reservations by what they count against: a run of yesterday is none of today's (R-PROD-052). */
export interface Held extends Record<CapPeriod, number> {
  readonly agents: Map<string, number>;
}

/** Sums of what is held for runs under way. */
export function heldBy({ day }: BudgetState, leases: Iterable<MoneyLease>): Held {
  const held: Held = { agents: new Map(), daily: 0, monthly: 0, total: 0 };
  const [today, month] = [dayStart(day), monthStart(day)];
  for (const lease of leases) {
    const { agent, grantedAt } = lease;
    const heldMicroUsd = heldFor(lease);
    held.total += heldMicroUsd;
    if (grantedAt >= month) held.monthly += heldMicroUsd;
    if (grantedAt < today) continue;
    held.daily += heldMicroUsd;
    const name = roleOf(agent);
    held.agents.set(name, (held.agents.get(name) ?? 0) + heldMicroUsd);
  }
  return held;
}

function projectAccounts(budget: BudgetState, held: Held): readonly Open[] {
  const { day: daily, month: monthly, total } = budget.spent;
  const spent = { daily, monthly, total };
  return CAP_PERIODS.flatMap((cap) => {
    const capMicroUsd = capOf(budget, { scope: 'project', period: cap });
    if (capMicroUsd === null) return [];
    return [{ cap, capMicroUsd, spentMicroUsd: spent[cap], heldMicroUsd: held[cap] }];
  });
}

function openAgent(budget: BudgetState, held: Held, name: string): Open | null {
  const capMicroUsd = capOf(budget, { scope: 'agent', name });
  if (capMicroUsd === null) return null;
  const { agents } = budget.spent;
  const spentMicroUsd = Object.hasOwn(agents, name) ? (agents[name] ?? 0) : 0;
  return { cap: 'agent', capMicroUsd, spentMicroUsd, heldMicroUsd: held.agents.get(name) ?? 0 };
}
