import type { Bench, Row } from '../lib/bench.ts';
import { type Callee, startOwn, startUpstream } from '../lib/callee.ts';
import { comparedRow } from '../lib/compare.ts';
import { watchConditions } from '../lib/machine.ts';
import { takeOverOldJobs, writeOldJobs } from '../lib/old-jobs.ts';
import { arm, inRounds } from '../lib/rounds.ts';
import { upstreamCommand } from '../lib/upstream.ts';

const MANY = 5_000;
const FEW = 20;
const TARGET_RATIO = 1.3;

/** AD5: `dispatch_jobs` of 20 jobs where 5,000 are kept, against where 20 are. */
export async function callListRows(bench: Bench): Promise<readonly Row[]> {
  const upstream = await upstreamCommand(bench.say);
  const conditions = watchConditions();
  bench.say(`AD5 dispatch_jobs: ${MANY} jobs`);
  const callees: Callee[] = [];
  for (const count of [MANY, FEW]) {
    const { code } = bench;
    const prepare = (home: string) => takeOverOldJobs(code, home, count);
    callees.push(await startOwn(bench, { name: `ours ${count}`, code, worker: false, prepare }));
    if (upstream === null) continue;
    const name = `upstream ${count}`;
    const write = async (home: string) => void writeOldJobs(home, count);
    callees.push(await startUpstream(bench, { name, command: upstream, prepare: write }));
  }
  const arms = callees.map(({ name, mcp }) => {
    const list = async () => {
      const start = performance.now();
      const listed = await mcp.call('dispatch_jobs', { limit: FEW });
      const took = performance.now() - start;
      if (listed.length !== FEW) throw new Error(`${name}: ${listed.length} jobs listed`);
      return { took };
    };
    return arm(name, list, name.startsWith('upstream') ? 1 : 10);
  });
  const [rounds, perRound] = bench.quick ? [4, 6] : [8, 20];
  const onRound = (text: string) => bench.say(`AD5 dispatch_jobs: ${text}`);
  const measured = await inRounds(arms, { rounds, perRound, onRound });
  for (const { stop } of callees) await stop();
  const at = conditions();
  const row = (id: string, what: string, ours: string, floor: string) => {
    const of = (name: string) => ({ arm: name, span: 'took' });
    return comparedRow(
      measured,
      { id, what, ours: of(ours), floor: of(floor), share: 0.5, target: null },
      at,
    );
  };
  const flat = row(
    'AD5',
    `dispatch_jobs with ${MANY} jobs kept; floor: with ${FEW}`,
    `ours ${MANY}`,
    `ours ${FEW}`,
  );
  const reached = (flat.ratio ?? Number.NaN) <= TARGET_RATIO;
  const rows: Row[] = [{ ...flat, target: `<= ${TARGET_RATIO}x`, reached }];
  if (upstream !== null) {
    rows.push(row('AD5.upstream', 'the same; "floor" is upstream', `ours ${MANY}`, `upstream ${MANY}`));
    rows.push(
      row('AD5.theirs', `upstream with ${MANY}; floor: with ${FEW}`, `upstream ${MANY}`, `upstream ${FEW}`),
    );
  }
  return rows;
}
