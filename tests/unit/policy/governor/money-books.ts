import { PRESUMED_RUNS_MAX } from '../../../../src/core/money-limits.ts';
import type { GovernorEvent } from '../../../../src/core/policy/governor/events.ts';
import type { GovernorState, Lease } from '../../../../src/core/policy/governor/state.ts';
import { capOf } from '../../../../src/core/policy/money/caps.ts';
import type { BudgetState, CapTarget } from '../../../../src/core/policy/money/money-state.ts';
import { reservationOf } from '../../../../src/core/policy/money/reservation.ts';

/** What was really spent in a walk, kept apart from the code under test: sums by what they count against. */
export interface Books {
  readonly sums: Map<string, number>;
  /** Runs whose end nobody told, the latest last: their cost may still come. */
  readonly presumed: Map<string, { readonly lease: Lease; readonly microUsd: number }>;
}

/** Everything one step says about money. */
export interface MoneyStep {
  readonly event: GovernorEvent;
  readonly before: GovernorState;
  readonly after: GovernorState;
  readonly now: number;
}

export const someBooks = (): Books => ({ sums: new Map(), presumed: new Map() });

const dayOf = (ms: number): string => new Date(ms).toISOString().slice(0, 10);

/** Books what left the governor in this step, then throws on the first broken promise about money and breakers. */
export function checkMoney(books: Books, step: MoneyStep): void {
  const { before, after } = step;
  bookLate(books, step);
  for (const lease of Object.values(before.leases))
    if (!Object.hasOwn(after.leases, lease.leaseId)) bookEnd(books, step, lease);
  checkSums(books, step);
  const granted = Object.values(after.leases).filter(({ leaseId }) => !Object.hasOwn(before.leases, leaseId));
  if (granted.length > 0) checkCaps(after, granted);
  checkBreakers(step, granted);
}

/** Does money or a breaker keep a run of this agent back? */
export function isHeld({ budget, breaker, leases }: GovernorState, asker: Asker): boolean {
  const agent = nameOf(asker.agent);
  const one = breaker?.agents[agent];
  if (one !== undefined && one.trippedAt !== null)
    if (one.openUntil !== null || (one.probe !== null && Object.hasOwn(leases, one.probe))) return true;
  if (budget === undefined || (budget.policy === null && budget.overrides.length === 0)) return false;
  const accounts = accountsOf(budget, Object.values(leases), asker);
  const caps = accounts.filter(({ isRuns }) => isRuns).map(({ cap, fee }) => Math.max(0, cap - fee));
  const needed = reservationOf(budget, agent, Math.min(...caps));
  return accounts.some(({ cap, used, fee, isRuns }) => cap === 0 || used + (isRuns ? needed : 0) + fee > cap);
}

type Asker = Pick<Lease, 'agent' | 'taskId' | 'pool'>;

/** A role under its own name. */
const nameOf = (agent: string): string => agent.replace(/^role:/, '');

/** A task in the queue of a role pays a fee. */
const feeFor = ({ policy }: BudgetState, { taskId, pool }: Asker): number =>
  taskId !== null && pool === 'roles' ? (policy?.dispatchFeeMicroUsd ?? 0) : 0;

function bookEnd(books: Books, step: MoneyStep, lease: Lease): void {
  const microUsd = costOf(step, lease);
  book(books, lease, microUsd);
  book(books, { ...lease, agent: 'producer' }, feeOf(step, lease));
  const { event } = step;
  const { leaseId } = lease;
  if (event.kind === 'withdraw' || event.kind === 'grant-undeliverable') return;
  if (event.kind === 'release' && event.request.leaseId === leaseId && event.request.usage !== undefined)
    return;
  books.presumed.set(leaseId, { lease, microUsd });
  for (const oldest of [...books.presumed.keys()].slice(0, -PRESUMED_RUNS_MAX)) books.presumed.delete(oldest);
}

/** A run that was given up for gone says what it cost. */
function bookLate(books: Books, { event, before }: MoneyStep): void {
  if (event.kind !== 'release' || Object.hasOwn(before.leases, event.request.leaseId)) return;
  const known = books.presumed.get(event.request.leaseId);
  const cost = event.request.usage?.costMicroUsd ?? null;
  if (known === undefined || cost === null) return;
  book(books, known.lease, cost - known.microUsd);
  books.presumed.delete(event.request.leaseId);
}

/** What a lease that is gone has cost: as told, its reservation where nobody knows, nothing where it was never used. */
function costOf({ event }: MoneyStep, lease: Lease): number {
  const { leaseId } = lease;
  if (event.kind === 'release' && event.request.leaseId === leaseId)
    return event.request.usage?.costMicroUsd ?? heldFor(lease);
  const isUnused = event.kind === 'withdraw' || event.kind === 'grant-undeliverable';
  return isUnused && event.leaseId === leaseId ? 0 : heldFor(lease);
}

/** The fee of a task that was claimed, or of which nobody says whether it was. */
function feeOf({ event }: MoneyStep, { leaseId, feeMicroUsd = 0 }: Lease): number {
  if (event.kind === 'release' && event.request.leaseId === leaseId)
    return event.request.usage === undefined ? feeMicroUsd : (event.request.usage.feeMicroUsd ?? 0);
  const isUnused = event.kind === 'withdraw' || event.kind === 'grant-undeliverable';
  return isUnused && event.leaseId === leaseId ? 0 : feeMicroUsd;
}

/** What a run has told beyond its reservation is held, too. */
const heldFor = ({ reservedMicroUsd = 0, spentMicroUsd = 0 }: Lease): number =>
  Math.max(reservedMicroUsd, spentMicroUsd);

function book({ sums }: Books, { agent, grantedAt }: Lease, microUsd: number): void {
  const day = dayOf(grantedAt);
  for (const key of [`${nameOf(agent)} ${day}`, day, day.slice(0, 7), 'total'])
    sums.set(key, (sums.get(key) ?? 0) + microUsd);
}

function checkSums({ sums }: Books, { after: { budget }, now }: MoneyStep): void {
  if (budget === undefined) return;
  const day = dayOf(now);
  promise(budget.day === day, 'the purse is of today');
  promise(budget.spent.day === (sums.get(day) ?? 0), 'what was spent today is what runs of today cost');
  promise(budget.spent.month === (sums.get(day.slice(0, 7)) ?? 0), 'and what was spent in the month');
  promise(budget.spent.total === (sums.get('total') ?? 0), 'and in all');
  for (const [agent, microUsd] of Object.entries(budget.spent.agents))
    promise(microUsd === (sums.get(`${agent} ${day}`) ?? 0), 'and by each agent');
}

/** No cap is exceeded by what is spent and held together at the moment something is granted (I4). */
function checkCaps({ budget, leases }: GovernorState, granted: readonly Lease[]): void {
  for (const lease of granted) {
    const { reservedMicroUsd, allowanceMicroUsd, feeMicroUsd } = lease;
    if (budget === undefined || (budget.policy === null && budget.overrides.length === 0)) {
      promise(reservedMicroUsd === undefined, 'without a budget nothing is held');
      continue;
    }
    promise((feeMicroUsd ?? 0) === feeFor(budget, lease), 'the fee is held, and for nothing else');
    const accounts = accountsOf(budget, Object.values(leases), lease);
    for (const { cap, used } of accounts) promise(used <= cap && cap > 0, 'no grant breaks a cap');
    const allowance = allowanceMicroUsd ?? null;
    const binding = accounts.filter(({ isRuns }) => isRuns);
    promise((allowance === null) === (binding.length === 0), 'a capped run is told what it may spend');
    promise(
      allowance === null || allowance >= (reservedMicroUsd ?? 0),
      'and that is what is held for it, at least',
    );
    for (const { cap, fee } of binding)
      promise(allowance === null || allowance <= cap - fee, 'and never more than a cap leaves');
  }
}

/** Every cap that binds this run or its fee, with all that stands against it. */
function accountsOf(budget: BudgetState, leases: readonly Lease[], asker: Asker) {
  const { day, spent } = budget;
  const [agent, fee] = [nameOf(asker.agent), feeFor(budget, asker)];
  const held = (counts: (lease: Lease) => boolean, of: (lease: Lease) => number) =>
    leases.filter(counts).reduce((sum, lease) => sum + of(lease), 0);
  const feeHeld = ({ feeMicroUsd = 0 }: Lease) => feeMicroUsd;
  const whole = (lease: Lease) => heldFor(lease) + feeHeld(lease);
  const [today, month] = [Date.parse(day), Date.parse(`${day.slice(0, 7)}-01`)];
  const isToday = ({ grantedAt }: Lease) => grantedAt >= today;
  const isMonth = ({ grantedAt }: Lease) => grantedAt >= month;
  const usedBy = (name: string) =>
    held((lease) => nameOf(lease.agent) === name && isToday(lease), heldFor) +
    (name === 'producer' ? held(isToday, feeHeld) : 0) +
    (spent.agents[name] ?? 0);
  const isPayer = agent === 'producer';
  const all: readonly (readonly [CapTarget, used: number, fee: number, isRuns: boolean])[] = [
    [{ scope: 'agent', name: agent }, usedBy(agent), isPayer ? fee : 0, true],
    ...(fee === 0 || isPayer
      ? []
      : [[{ scope: 'agent', name: 'producer' }, usedBy('producer'), fee, false] as const]),
    [{ scope: 'project', period: 'daily' }, held(isToday, whole) + spent.day, fee, true],
    [{ scope: 'project', period: 'monthly' }, held(isMonth, whole) + spent.month, fee, true],
    [{ scope: 'project', period: 'total' }, held(() => true, whole) + spent.total, fee, true],
  ];
  return all.flatMap(([target, used, own, isRuns]) => {
    const cap = capOf(budget, target);
    return cap === null ? [] : [{ cap, used, fee: own, isRuns }];
  });
}

function checkBreakers({ before, after }: MoneyStep, granted: readonly Lease[]): void {
  for (const { agent, leaseId } of granted) {
    const breaker = after.breaker?.agents[nameOf(agent)];
    if (breaker === undefined || breaker.trippedAt === null) continue;
    promise(breaker.openUntil === null, 'nothing is granted while a breaker is open');
    promise(breaker.probe === leaseId, 'half-open, the one run is known');
    const probe = before.breaker?.agents[nameOf(agent)]?.probe ?? null;
    promise(probe === null || !Object.hasOwn(after.leases, probe), 'half-open, there is one run only');
  }
}

function promise(holds: boolean, text: string): void {
  if (!holds) throw new Error(`broken: ${text}`);
}
