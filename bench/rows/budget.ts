import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import type { initialGovernor as InitialGovernor } from '../../src/core/policy/governor/initial.ts';
import type { reduce as Reduce } from '../../src/core/policy/governor/reduce.ts';
import type { AdmitRequest } from '../../src/core/policy/governor/state.ts';
import type { moneyPolicyOf as MoneyPolicyOf } from '../../src/core/policy/money/policy-of.ts';
import type { BudgetSettings } from '../../src/core/schema/settings.ts';
import { type Bench, type Row, startSubject } from '../lib/bench.ts';
import { comparedRow } from '../lib/compare.ts';
import { watchConditions } from '../lib/machine.ts';
import { type Arm, arm, inRounds } from '../lib/rounds.ts';

const SLOTS = 8;
const LINE = 100;
/** So many admissions and releases make one sample of the reducer. */
const PAIRS = 200;
const AGENTS = Array.from({ length: 10 }, (_, index) => `agent-${index}`);
const USD = 1_000_000;

/** B1: an admission and its release with budgets on, against the same without: the reducer, and Updates to a server. */
export async function budgetRows(bench: Bench): Promise<readonly Row[]> {
  return [...(await reducerRows(bench)), await updateRow(bench)];
}

async function reducerRows(bench: Bench): Promise<readonly Row[]> {
  const conditions = watchConditions();
  const governors = await governorsOf(bench.code);
  const arms = ['idle', 'line'].flatMap((line) =>
    ['on', 'off'].map((money) =>
      pairsArm(`${line} ${money}`, governors({ line: line === 'line', money: money === 'on' })),
    ),
  );
  const [rounds, perRound] = bench.quick ? [4, 10] : [10, 40];
  const measured = await inRounds(arms, {
    ...{ rounds, perRound },
    onRound: (text) => bench.say(`B1 admission in the reducer: ${text}`),
  });
  const at = conditions();
  const row = (id: string, line: string, what: string): Row => ({
    ...comparedRow(
      measured,
      {
        ...{ id, what: `${what}, budgets on; floor: off`, share: 0.5, target: null },
        ...{ ours: { arm: `${line} on`, span: 'us' }, floor: { arm: `${line} off`, span: 'us' } },
      },
      at,
    ),
    unit: 'us p50',
  });
  return [
    row('B1.reducer', 'idle', 'admission and release in the reducer'),
    row('B1.line', 'line', `the same with all slots taken and ${LINE} in line`),
  ];
}

/** One governor that goes on from sample to sample. */
function pairsArm(name: string, governor: () => void): Arm {
  return arm(name, async () => {
    const start = performance.now();
    for (let pair = 0; pair < PAIRS; pair += 1) governor();
    return { us: ((performance.now() - start) * 1000) / PAIRS };
  });
}

/** Caps that are looked at and never reached. */
const BUDGET: BudgetSettings = {
  ...{ dailyMicroUsd: 900_000 * USD, monthlyMicroUsd: 900_000 * USD, totalMicroUsd: 900_000 * USD },
  ...{ softRatio: 0.8, defaultReservationMicroUsd: USD / 10 },
  agents: Object.fromEntries(
    AGENTS.map((name) => [
      name,
      { dailyMicroUsd: 90_000 * USD, reservationMicroUsd: null, onBudget: 'wait' },
    ]),
  ),
};

/** Makes governors; each answers what admits one run and releases the oldest. */
async function governorsOf(code: string) {
  const load = <Module>(path: string) => import(join(code, 'core', 'policy', path)) as Promise<Module>;
  const { initialGovernor } = await load<{ initialGovernor: typeof InitialGovernor }>('governor/initial.js');
  const { reduce } = await load<{ reduce: typeof Reduce }>('governor/reduce.js');
  const { moneyPolicyOf } = await load<{ moneyPolicyOf: typeof MoneyPolicyOf }>('money/policy-of.js');
  return ({ line, money }: { readonly line: boolean; readonly money: boolean }) => {
    const policy = moneyPolicyOf(money ? { budget: BUDGET } : {});
    const now = Date.now();
    const given = { project: 'bench', pools: { routes: SLOTS }, knownHosts: [], now };
    let state = initialGovernor({ ...given, policy });
    const host = { hostId: 'host', slots: SLOTS, runs: [], epoch: 0 };
    state = reduce(state, { kind: 'host-up', now, ...host }).state;
    const open: string[] = [];
    let admitted = 0;
    const admit = () => {
      admitted += 1;
      const request = requestOf(AGENTS[admitted % AGENTS.length] ?? '');
      open.push(request.leaseId);
      state = reduce(state, { kind: 'admit', now, request }).state;
    };
    for (let count = 0; count < (line ? SLOTS + LINE : SLOTS / 2); count += 1) admit();
    return () => {
      admit();
      const leaseId = open.shift() ?? '';
      const request = { leaseId, usage: { costMicroUsd: 1_000, outcome: 'ok' } } as const;
      state = reduce(state, { kind: 'release', now, request }).state;
    };
  };
}

function requestOf(agent: string): AdmitRequest {
  const leaseId = randomUUID();
  const workflowId = `task/bench/${leaseId}`;
  return {
    ...{ leaseId, workflowId, taskId: null, pool: 'routes', route: null, agent },
    ...{ order: [0, 0], ifBlocked: 'wait' },
  };
}

/** Each project has a governor of its own on the same server; both are there the whole time. */
async function updateRow(bench: Bench): Promise<Row> {
  const conditions = watchConditions();
  const budget = { project_ceiling_usd: 900_000, monthly_usd: 900_000, total_usd: 900_000 };
  const agents = { noop: { daily_cap_usd: 90_000 } };
  const open = (config: Readonly<Record<string, unknown>>) =>
    startSubject(bench, { board: 'memory', slots: SLOTS, config });
  const on = await open({ budget: { ...budget, agents } });
  const off = await open({});
  const pairOf =
    ({ child }: typeof on) =>
    () =>
      child.call<{ took: number; heldMicroUsd: number }>('admission', requestOf('noop'));
  if ((await pairOf(on)()).heldMicroUsd === 0) throw new Error('nothing is held: the budget is not on');
  const arms = [arm('on', pairOf(on)), arm('off', pairOf(off))];
  const [rounds, perRound] = bench.quick ? [4, 25] : [10, 60];
  const measured = await inRounds(arms, {
    ...{ rounds, perRound },
    onRound: (text) => bench.say(`B1 admission by Update: ${text}`),
  });
  await Promise.all([on.child.stop(), off.child.stop()]);
  const of = (name: string) => ({ arm: name, span: 'took' });
  const what = 'admission and release by Update, budgets on; floor: off';
  const compared = { id: 'B1', what, ours: of('on'), floor: of('off'), share: 0.5, target: null } as const;
  const row = comparedRow(measured, compared, conditions());
  const reached = (row.ratio ?? Number.NaN) <= TARGET_RATIO;
  return { ...row, target: `<= ${TARGET_RATIO}x`, reached };
}

const TARGET_RATIO = 1.1;
