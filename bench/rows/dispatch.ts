import type { Bench, Row, RowMaker } from '../lib/bench.ts';
import { type Callee, type Callees, startOwn, startUpstream } from '../lib/callee.ts';
import { upstreamCommand } from '../lib/upstream.ts';
import { dispatchReadRows } from './dispatch-reads.ts';
import { dispatchRunRows } from './dispatch-runs.ts';

/** Calls of agents over MCP on stdio: ours, the other build where there is one, and the tool before us. */
const amongCallees =
  (work: (bench: Bench, callees: Callees) => Promise<readonly Row[]>): RowMaker =>
  async (bench) => {
    const { code, against } = bench;
    const command = await upstreamCommand(bench.say);
    const callees: [Callee, ...Callee[]] = [await startOwn(bench, { name: 'ours', code, worker: true })];
    if (against !== null)
      callees.push(await startOwn(bench, { name: 'against', code: against, worker: true }));
    if (command !== null) callees.push(await startUpstream(bench, { name: 'upstream', command }));
    const rows = await work(bench, callees);
    for (const { stop } of callees) await stop();
    return rows;
  };

/** AD1, AD2. */
export const callReadRows = amongCallees(dispatchReadRows);
/** AD3, AD4. */
export const callRunRows = amongCallees(dispatchRunRows);
