import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import type { Bench, Row } from '../lib/bench.ts';
import { AGENT, type Callee } from '../lib/callee.ts';
import { comparedRow } from '../lib/compare.ts';
import { watchConditions } from '../lib/machine.ts';
import { type McpServer, startMcp } from '../lib/mcp.ts';
import { type Arm, arm, inRounds } from '../lib/rounds.ts';

const TARGETS = { cache: 20, read: 10 };
/** About as long as an answer of the tools measured. */
const ECHO = 'x'.repeat(500);
/** Jobs that a list shows. */
const LISTED = 20;

/** AD1, AD2: what is answered without a run, one call after the other. */
export async function dispatchReadRows(bench: Bench, callees: readonly Callee[]): Promise<readonly Row[]> {
  const conditions = watchConditions();
  const echo = await startEcho(bench);
  const arms: Arm[] = [
    arm(
      'echo',
      timed(() => echo.call('echo', { text: ECHO })),
    ),
  ];
  for (const callee of callees) arms.push(...(await armsOf(callee)));
  const [rounds, perRound] = bench.quick ? [4, 40] : [8, 150];
  const measured = await inRounds(arms, {
    ...{ rounds, perRound },
    onRound: (text) => bench.say(`AD1 cache, AD2 reads: ${text}`),
  });
  await echo.close();
  const at = conditions();
  const row = (id: string, what: string, span: string, other: string, target: number | null) => {
    const floor = { arm: other === 'echo' ? other : `${other} ${span}`, span: 'took' };
    const ours = { arm: `ours ${span}`, span: 'took' };
    return comparedRow(measured, { id, what, ours, floor, share: 0.95, target }, at);
  };
  return READS.flatMap(({ id, span, what, target }) => [
    row(id, `${what}; floor: bare MCP echo`, span, 'echo', target),
    ...callees
      .slice(1)
      .map(({ name }) => row(`${id}.${name}`, `the same; "floor" is ${name}`, span, name, null)),
  ]);
}

const READS = [
  { id: 'AD1', span: 'cached', what: 'dispatch answered by the cache', target: TARGETS.cache },
  { id: 'AD2.status', span: 'status', what: 'dispatch_status', target: TARGETS.read },
  { id: 'AD2.jobs', span: 'jobs', what: `dispatch_jobs, ${LISTED} listed`, target: TARGETS.read },
  { id: 'AD2.agents', span: 'agents', what: 'list_agents', target: TARGETS.read },
] as const;

/** The least MCP server, in a process of its own. */
function startEcho(bench: Bench): Promise<McpServer> {
  const path = join(bench.root, 'bench', 'children', 'echo-mcp.ts');
  const args = ['--no-warnings', path];
  return startMcp({ command: process.execPath, args, cwd: bench.dir, env: process.env });
}

const timed = (call: () => Promise<unknown>) => async () => {
  const start = performance.now();
  await call();
  return { took: performance.now() - start };
};

async function armsOf({ name, mcp }: Callee): Promise<Arm[]> {
  const asked = { agent: AGENT, task: randomUUID() };
  let jobId = '';
  for (let index = 0; index < LISTED; index += 1) {
    ({ job_id: jobId } = await mcp.call('dispatch_async', { agent: AGENT, task: randomUUID() }));
    await mcp.call('dispatch_wait', { job_id: jobId });
  }
  const cached = timed(() => mcp.call('dispatch', asked));
  return [
    arm(`${name} cached`, cached),
    arm(
      `${name} status`,
      timed(() => mcp.call('dispatch_status', { job_id: jobId })),
    ),
    arm(
      `${name} jobs`,
      timed(() => mcp.call('dispatch_jobs', { limit: LISTED })),
    ),
    arm(
      `${name} agents`,
      timed(() => mcp.call('list_agents')),
    ),
  ];
}
