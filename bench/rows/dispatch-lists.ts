import type { Bench, Row } from '../lib/bench.ts';
import { type Callee, startOwn, startUpstream } from '../lib/callee.ts';
import { comparedRow, type Series } from '../lib/compare.ts';
import { watchConditions } from '../lib/machine.ts';
import { takeOverOldJobs, writeOldJobs } from '../lib/old-jobs.ts';
import { arm, inRounds, type Sample } from '../lib/rounds.ts';
import { upstreamCommand } from '../lib/upstream.ts';

const MANY = 5_000;
const FEW = 20;
const TARGET_RATIO = 1.3;

/** AD5: `dispatch_jobs` of 20 jobs where 5,000 are kept, against where 20 are. */
export async function callListRows(bench: Bench): Promise<readonly Row[]> {
  const upstream = await upstreamCommand(bench.say);
  const conditions = watchConditions();
  bench.say(`AD5 dispatch_jobs: ${MANY} jobs`);
  const { code } = bench;
  const own = (count: number) =>
    startOwn(bench, {
      ...{ name: `ours ${count}`, code, worker: false },
      prepare: (home) => takeOverOldJobs(code, home, count),
    });
  const theirs = (command: string) => (count: number) =>
    startUpstream(bench, {
      ...{ name: `upstream-${count}`, command },
      prepare: async (home) => void writeOldJobs(home, count),
    });
  const ours: Pair = { many: await own(MANY), few: await own(FEW) };
  const arms = [arm('ours', listBoth(ours), 10)];
  const pairs = [ours];
  if (upstream !== null) {
    const start = theirs(upstream);
    const pair = { many: await start(MANY), few: await start(FEW) };
    pairs.push(pair);
    arms.push(arm('upstream', listBoth(pair)));
  }
  const [rounds, perRound] = bench.quick ? [4, 6] : [8, 20];
  const onRound = (text: string) => bench.say(`AD5 dispatch_jobs: ${text}`);
  const measured = await inRounds(arms, { rounds, perRound, onRound });
  for (const { many, few } of pairs) await Promise.all([many.stop(), few.stop()]);
  const at = conditions();
  const row = (id: string, what: string, ours: Series, floor: Series) =>
    comparedRow(measured, { id, what, ours, floor, share: 0.5, target: null }, at);
  const of = (name: string, span: keyof Pair): Series => ({ arm: name, span });
  const what = `dispatch_jobs with ${MANY} jobs kept; floor: with ${FEW}`;
  const flat = row('AD5', what, of('ours', 'many'), of('ours', 'few'));
  const reached = (flat.ratio ?? Number.NaN) <= TARGET_RATIO;
  const rows: Row[] = [{ ...flat, target: `<= ${TARGET_RATIO}x`, reached }];
  if (upstream !== null) {
    const many = of('upstream', 'many');
    rows.push(row('AD5.upstream', 'the same; "floor" is upstream', of('ours', 'many'), many));
    rows.push(row('AD5.theirs', `upstream with ${MANY}; floor: with ${FEW}`, many, of('upstream', 'few')));
  }
  return rows;
}

interface Pair {
  readonly many: Callee;
  readonly few: Callee;
}

/** One call right after the other, in turn: what else the machine does in between would look like a difference. */
function listBoth(pair: Pair): () => Promise<Sample> {
  let count = 0;
  return async () => {
    count += 1;
    const took = { many: 0, few: 0 };
    const order = ['many', 'few'] as const;
    for (const which of count % 2 === 0 ? order : order.toReversed()) took[which] = await list(pair[which]);
    return took;
  };
}

async function list({ name, mcp }: Callee): Promise<number> {
  const start = performance.now();
  const listed = await mcp.call('dispatch_jobs', { limit: FEW });
  const took = performance.now() - start;
  if (listed.length !== FEW) throw new Error(`${name}: ${listed.length} jobs listed`);
  return took;
}
