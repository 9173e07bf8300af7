import { execFile } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { ClaimInput } from '../children/claim-ledger.ts';
import type { Bench, Row } from '../lib/bench.ts';
import { seedLedger, writeSeed } from '../lib/ledger-file.ts';
import { watchConditions } from '../lib/machine.ts';
import { median } from '../lib/numbers.ts';
import { type Raced, type Racer, race } from '../lib/race.ts';
import { upstreamPython } from '../lib/upstream.ts';

const run = promisify(execFile);
const CROWD = 4;
const WARM_UP = 40;
const SEED_MS_MAX = 60_000;

/** What is raced. */
const CONTESTS = [
  { name: 'claim', how: 'claim', processes: 1 },
  { name: 'claim crowd', how: 'claim', processes: CROWD },
  { name: 'take-up', how: 'take-up', processes: 1 },
  { name: 'take-up crowd', how: 'take-up', processes: CROWD },
] as const;
type Contest = (typeof CONTESTS)[number];

const FLOORS = { theirs: 'ai-producer', durable: 'ai-producer, as durable' } as const;
type Floor = keyof typeof FLOORS;

/** Which two of them are set side by side; a target is the most that ours may cost, theirs being 1. */
const PAIRS = [
  { id: 'L1', contest: 'claim', floor: 'theirs', target: null },
  { id: 'L1.crowd', contest: 'claim crowd', floor: 'theirs', target: null },
  { id: 'L2', contest: 'take-up', floor: 'theirs', target: null },
  { id: 'L2.crowd', contest: 'take-up crowd', floor: 'theirs', target: null },
  { id: 'L2.durable', contest: 'take-up', floor: 'durable', target: 1 },
  { id: 'L2.durable.crowd', contest: 'take-up crowd', floor: 'durable', target: 1 },
] as const;
type Pair = (typeof PAIRS)[number];

/** L1, L2: claims of a ledger file a second, beside ai-producer's on a file of its own (R-PROD-032). */
export async function ledgerRows(bench: Bench): Promise<readonly Row[]> {
  const python = await upstreamPython(bench.say);
  const conditions = watchConditions();
  const [rounds, claims] = bench.quick ? [2, 400] : [8, 2_000];
  const dir = join(bench.dir, 'ledgers');
  mkdirSync(dir);
  const seed = join(dir, 'seed.json');
  writeSeed(seed, CROWD * WARM_UP + claims);
  const raced = new Map<string, Raced[]>();
  const note = (name: string, one: Raced) => void raced.set(name, [...(raced.get(name) ?? []), one]);
  for (let round = 0; round < rounds; round += 1) {
    bench.say(`L1, L2 ledger claims: round ${round + 1} of ${rounds}`);
    const parts = CONTESTS.flatMap((contest) => {
      const given = { contest, claims, seed };
      const floors = python === null ? [] : floorsOf(contest);
      return [
        async () => note(contest.name, await ourRace(bench, given)),
        ...floors.map(
          (floor) => async () =>
            note(`${contest.name} ${floor}`, await theirRace(python ?? '', { ...given, floor })),
        ),
      ];
    });
    for (const part of round % 2 === 0 ? parts : parts.reverse()) await part();
  }
  return PAIRS.map((pair) => rowOf(pair, raced, conditions()));
}

const floorsOf = ({ name }: Contest): readonly Floor[] =>
  PAIRS.filter(({ contest }) => contest === name).map(({ floor }) => floor);

interface Given {
  readonly contest: Contest;
  readonly claims: number;
  readonly seed: string;
}

const freshFile = (seed: string): string => `${seed}-${randomUUID()}.db`;

async function ourRace(bench: Bench, given: Given): Promise<Raced> {
  const file = freshFile(given.seed);
  await seedLedger(bench.code, { file, seed: given.seed });
  const program = join(bench.root, 'bench', 'children', 'claim-ledger.ts');
  return race(
    inputs(given, { code: bench.code, file, durable: true }).map((input) => ({
      command: process.execPath,
      args: ['--no-warnings', program, JSON.stringify(input)],
    })),
  );
}

async function theirRace(python: string, given: Given & { readonly floor: Floor }): Promise<Raced> {
  const { seed } = given;
  const file = freshFile(seed);
  const racer = (input: object): Racer => ({ command: python, args: [THEIRS, JSON.stringify(input)] });
  const { command, args } = racer({ how: 'seed', file, seed });
  await run(command, [...args], { timeout: SEED_MS_MAX });
  return race(inputs(given, { code: '', file, durable: given.floor === 'durable' }).map(racer));
}

const THEIRS = join(import.meta.dirname, '..', 'children', 'claim-ledger.py');

/** Tasks of its own for each: who waits, waits for the file alone. */
function inputs(
  { contest, claims }: Given,
  where: Pick<ClaimInput, 'code' | 'file' | 'durable'>,
): ClaimInput[] {
  const { how, processes } = contest;
  const count = claims / processes;
  return Array.from({ length: processes }, (_, index) => ({
    ...{ ...where, how, count, warmUp: WARM_UP, first: index * (WARM_UP + count) },
  }));
}

function rowOf(pair: Pair, raced: ReadonlyMap<string, readonly Raced[]>, conditions: Row['conditions']): Row {
  const { id, contest, floor, target } = pair;
  const { how = '', processes = 0 } = CONTESTS.find(({ name }) => name === contest) ?? {};
  const [ours = [], theirs] = [raced.get(contest), raced.get(`${contest} ${floor}`)];
  const rates = (all: readonly Raced[] = []) => all.map(({ perSecond }) => perSecond);
  const ratios = rates(ours).map((rate, round) => (theirs?.[round]?.perSecond ?? Number.NaN) / rate);
  const ratio = theirs === undefined ? null : median(ratios);
  const work = how === 'claim' ? 'LedgerClient.claim_task' : 'claim, audit row, decision';
  const by = processes === 1 ? 'one process' : `${processes} processes`;
  const refusals = (all: readonly Raced[] = []) => all.reduce((sum, { refused }) => sum + refused, 0);
  return {
    ...{ id, unit: 'claims/s', ours: median(rates(ours)), conditions },
    what: `${work}, ${by}; floor: ${FLOORS[floor]}`,
    ...{ floor: theirs === undefined ? null : median(rates(theirs)), ratio },
    target: target === null ? null : `<= ${target}x`,
    reached: target === null || ratio === null ? null : ratio <= target,
    more: {
      ...{ 'rounds, ours': rates(ours), 'rounds, floor': rates(theirs) },
      'sent away by a busy file, ours, floor': [refusals(ours), refusals(theirs)],
    },
  };
}
