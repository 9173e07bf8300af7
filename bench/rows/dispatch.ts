import type { Bench, Row } from '../lib/bench.ts';
import { type Callee, startOwn, startUpstream } from '../lib/callee.ts';
import { upstreamCommand } from '../lib/upstream.ts';
import { dispatchListRows } from './dispatch-lists.ts';
import { dispatchReadRows } from './dispatch-reads.ts';
import { dispatchRunRows } from './dispatch-runs.ts';

/** AD: calls of agents over MCP on stdio, beside the tool before us and beside floors. */
export async function dispatchRows(bench: Bench): Promise<readonly Row[]> {
  const command = await upstreamCommand(bench.say);
  const callees: [Callee, ...Callee[]] = [
    await startOwn(bench, { name: 'ours', code: bench.code, worker: true }),
  ];
  if (bench.against !== null)
    callees.push(await startOwn(bench, { name: 'against', code: bench.against, worker: true }));
  if (command !== null) callees.push(await startUpstream(bench, { name: 'upstream', command }));
  const rows = [...(await dispatchReadRows(bench, callees)), ...(await dispatchRunRows(bench, callees))];
  for (const { stop } of callees) await stop();
  return [...rows, ...(await dispatchListRows(bench, command))];
}
