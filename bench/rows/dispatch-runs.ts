import { randomUUID } from 'node:crypto';
import { type Bench, pause, type Row, startFloor } from '../lib/bench.ts';
import { type CallNote, spanRow } from '../lib/call-spans.ts';
import { AGENT, type Callee, type Callees } from '../lib/callee.ts';
import type { Child } from '../lib/child.ts';
import { comparedRow } from '../lib/compare.ts';
import { watchConditions } from '../lib/machine.ts';
import { wallMs } from '../lib/numbers.ts';
import { type Arm, arm, inRounds } from '../lib/rounds.ts';

const TARGETS = { spawn: 60, told: 20 };
/** The one who waits must be waiting when the run ends; uneven, so that no poll is met again and again (s). */
const workSeconds = () => (0.15 + Math.random() * 0.25).toFixed(3);
/** As in P1: long enough for what is written late to be over (ms). */
const idle = () => pause(140 + Math.random() * 60);

/** AD3, AD4: from a call to the first instruction of its agent, and from the agent's last one to the answer. */
export async function dispatchRunRows(bench: Bench, [ours, ...others]: Callees): Promise<readonly Row[]> {
  const conditions = watchConditions();
  const floor = await startFloor(bench, 8);
  const notes: CallNote[] = [];
  const arms: Arm[] = [bareArm(bench, floor, 'workflow'), bareArm(bench, floor, 'plain')];
  for (const callee of [ours, ...others])
    arms.push(callArm(bench, callee), waitArm(bench, callee, callee === ours ? notes : []));
  const [rounds, perRound] = bench.quick ? [4, 6] : [8, 25];
  const measured = await inRounds(arms, {
    ...{ rounds, perRound },
    onRound: (text) => bench.say(`AD3 call to run, AD4 end to answer: ${text}`),
  });
  await floor.stop();
  const at = conditions();
  const rows = RUNS.flatMap(({ id, what, kind, span, target }) => {
    const mine = { arm: `ours ${kind}`, span };
    const row = (of: { id: string; what: string; arm: string; target: number | null }) =>
      comparedRow(measured, { ...of, ours: mine, floor: { arm: of.arm, span }, share: 0.5 }, at);
    return [
      row({ id, what: `${what}; floor: bare workflow`, arm: 'workflow', target }),
      ...(kind === 'call'
        ? [row({ id: `${id}.plain`, what: 'the same; floor: bare spawn', arm: 'plain', target: null })]
        : []),
      ...others.map(({ name }) =>
        row({
          id: `${id}.${name}`,
          what: `the same; "floor" is ${name}`,
          arm: `${name} ${kind}`,
          target: null,
        }),
      ),
    ];
  });
  return [...rows, await spanRow(bench, ours, { notes, conditions: at })];
}

const RUNS = [
  { id: 'AD3', what: 'dispatch sent -> agent', kind: 'call', span: 'spawn', target: TARGETS.spawn },
  { id: 'AD4', what: 'agent ends -> answer of dispatch', kind: 'call', span: 'told', target: TARGETS.told },
  {
    id: 'AD4.wait',
    what: 'agent ends -> answer of dispatch_wait',
    kind: 'wait',
    span: 'told',
    target: TARGETS.told,
  },
] as const;

/** Somebody who asks and waits for the answer. */
function callArm({ witness }: Bench, { name, mcp }: Callee): Arm {
  return arm(`${name} call`, async () => {
    await idle();
    const task = randomUUID();
    const sent = wallMs();
    const answer = await mcp.call('dispatch', { agent: AGENT, task: `${task} ${workSeconds()}` });
    const answered = wallMs();
    if (answer.success !== true) throw new Error(`${name}: ${JSON.stringify(answer)}`);
    return { spawn: (await witness.of(task)) - sent, told: answered - (await witness.of(`end ${task}`)) };
  });
}

/** Somebody who asks, gets the id of a job, and waits for that. */
function waitArm({ witness }: Bench, { name, mcp }: Callee, notes: CallNote[]): Arm {
  return arm(`${name} wait`, async () => {
    await idle();
    const task = randomUUID();
    const sent = wallMs();
    const { job_id } = await mcp.call('dispatch_async', { agent: AGENT, task: `${task} ${workSeconds()}` });
    const accepted = wallMs();
    const job = await mcp.call('dispatch_wait', { job_id });
    const answered = wallMs();
    if (job.status !== 'done') throw new Error(`${name}: ${JSON.stringify(job)}`);
    const [first, last] = [await witness.of(task), await witness.of(`end ${task}`)];
    notes.push({ jobId: job_id, sent, accepted, first, last, answered });
    return { spawn: first - sent, told: answered - last };
  });
}

/** Its agent does one thing: its first instruction is its last. */
function bareArm({ witness }: Bench, floor: Child, kind: 'workflow' | 'plain'): Arm {
  return arm(kind, async () => {
    await idle();
    const name = randomUUID();
    const { at, ended } = await floor.call<{ at: number; ended: number }>(kind, name);
    const ran = await witness.of(name);
    return { spawn: ran - at, told: ended - ran };
  });
}
