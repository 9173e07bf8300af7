import type { Lease } from '../governor/state.ts';
import { roleOf } from '../roles/names.ts';
import { CAP_PERIODS, capOf, isBudgeted } from './caps.ts';
import { FEE_AGENT, type FeeAsker, feeOf } from './fee.ts';
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
  /** Whose cap it is, where it is one of an agent. */
  readonly agent: string;
  readonly neededMicroUsd: number;
  /** It is the fee of the dispatch that finds no room. */
  readonly isFee?: true;
}

/**
 * The money there is, counted once per decision; taken from as slots are given away. Agents go by their names in the
 * configuration: a role by its own.
 */
export interface Purse {
  /** What keeps this run back; null = nothing (equality is allowed, R-PROD-048). */
  shortOf(asker: FeeAsker): Shortage | null;
  /** Holds the reservation of a run that starts and its fee, and says what it may spend at most. */
  take(asker: FeeAsker): Allotment;
  /** What is left for this agent, micro-dollars; infinite without a cap, negative beyond one. */
  leftFor(agent: string): number;
  /** The agent's own cap, if it has one. */
  agentAccount(agent: string): Account | null;
  /** The caps of all agents together. */
  readonly project: readonly Account[];
}

/** What of a lease money is about. */
export type MoneyLease = Pick<
  Lease,
  'agent' | 'grantedAt' | 'reservedMicroUsd' | 'spentMicroUsd' | 'feeMicroUsd'
>;

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
  const claimsOf = (asker: FeeAsker): Claims => {
    const feeMicroUsd = feeOf(budget, asker);
    const payer = feeMicroUsd === 0 ? null : agentAccount(FEE_AGENT);
    return claimsOn(budget, binding(roleOf(asker.agent)), { asker, feeMicroUsd, payer });
  };
  return {
    project,
    agentAccount,
    leftFor: (agent) => Math.min(...binding(agent).map(leftIn)),
    shortOf(asker) {
      const isShort = ({ account, neededMicroUsd }: Claim) =>
        account.capMicroUsd === 0 || leftIn(account) < neededMicroUsd;
      const short = claimsOf(asker).all.find(isShort);
      if (short === undefined) return null;
      const { account, neededMicroUsd, isFeeOnly } = short;
      const whose = isFeeOnly ? { agent: FEE_AGENT, isFee: true as const } : { agent: roleOf(asker.agent) };
      return { ...account, ...whose, neededMicroUsd };
    },
    take(asker) {
      const { all, reservedMicroUsd, feeMicroUsd } = claimsOf(asker);
      const lefts = all.flatMap((claim) =>
        claim.isFeeOnly ? [] : leftIn(claim.account) - (claim.neededMicroUsd - reservedMicroUsd),
      );
      const left = Math.min(...lefts);
      for (const { account, neededMicroUsd } of all) account.heldMicroUsd += neededMicroUsd;
      const fee = feeMicroUsd === 0 ? {} : { feeMicroUsd };
      return { reservedMicroUsd, allowanceMicroUsd: Number.isFinite(left) ? left : null, ...fee };
    },
  };
}

/** What a run would take of one account. */
interface Claim {
  readonly account: Open;
  readonly neededMicroUsd: number;
  /** The account is not the agent's own; its fee alone counts there. */
  readonly isFeeOnly: boolean;
}

/** All that a run would take, and of where. */
interface Claims {
  readonly all: readonly Claim[];
  readonly reservedMicroUsd: number;
  readonly feeMicroUsd: number;
}

/** The fee counts against the caps of the project, and of its own agent where that has one. */
function claimsOn(
  budget: BudgetState,
  bound: readonly Open[],
  {
    asker,
    feeMicroUsd,
    payer,
  }: { readonly asker: FeeAsker; readonly feeMicroUsd: number; readonly payer: Open | null },
): Claims {
  const feeIn = (account: Open): number => (account.cap !== 'agent' || account === payer ? feeMicroUsd : 0);
  // A cap lets something run, the fee included.
  const rooms = bound.map((account) => Math.max(0, account.capMicroUsd - feeIn(account)));
  const reservedMicroUsd = reservationOf(budget, roleOf(asker.agent), Math.min(...rooms));
  const all = bound.map((account) => ({
    ...{ account, neededMicroUsd: reservedMicroUsd + feeIn(account), isFeeOnly: false },
  }));
  if (payer !== null && !bound.includes(payer))
    all.push({ account: payer, neededMicroUsd: feeMicroUsd, isFeeOnly: true });
  return { all, reservedMicroUsd, feeMicroUsd };
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
    const { agent, grantedAt, feeMicroUsd = 0 } = lease;
    const ownMicroUsd = heldFor(lease);
    const heldMicroUsd = ownMicroUsd + feeMicroUsd;
    held.total += heldMicroUsd;
    if (grantedAt >= month) held.monthly += heldMicroUsd;
    if (grantedAt < today) continue;
    held.daily += heldMicroUsd;
    const hold = (name: string, microUsd: number) =>
      held.agents.set(name, (held.agents.get(name) ?? 0) + microUsd);
    hold(roleOf(agent), ownMicroUsd);
    if (feeMicroUsd > 0) hold(FEE_AGENT, feeMicroUsd);
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
