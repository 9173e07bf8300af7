import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Bench, pause, type Row, type Subject, startSubject, until } from '../lib/bench.ts';
import { watchConditions } from '../lib/machine.ts';
import { median } from '../lib/numbers.ts';

const AGENTS = 30;
const PROCESSES_EACH = 3;
const TARGET_MS = 250;

/** P13: `kill --now` with 30 agents of 3 processes each that leave on TERM: acknowledgement, last process gone. */
export async function brakeRows(bench: Bench): Promise<readonly Row[]> {
  const conditions = watchConditions();
  const agent = join(bench.dir, 'three.sh');
  writeFileSync(agent, '#!/bin/bash\nsleep 300 &\nsleep 300 &\nwait\n', { mode: 0o755 });
  const memory = { Todo: AGENTS, 'In Progress': 0, Done: 0 };
  const acks: number[] = [];
  const gone: number[] = [];
  const later: number[] = [];
  for (let round = 0; round < (bench.quick ? 1 : 3); round += 1) {
    bench.say(`P13 brake: round ${round + 1}`);
    const subject = await startSubject(bench, { board: 'memory', memory, slots: AGENTS, agent, api: true });
    await until('all agents run', () => sleepersOf(subject) >= AGENTS * 2, 90_000);
    const start = performance.now();
    const answer = await fetch(`${subject.url}/kill-switch`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ reason: 'bench', now: true }),
    });
    acks.push(performance.now() - start);
    if (!answer.ok) throw new Error(`POST /kill-switch: ${answer.status} ${await answer.text()}`);
    await until('no process is left', () => sleepersOf(subject) === 0);
    gone.push(performance.now() - start);
    await pause(1_000);
    later.push(sleepersOf(subject));
    await subject.child.stop();
  }
  const what = `kill --now, ${AGENTS} agents x ${PROCESSES_EACH} processes`;
  const base = { unit: 'ms', floor: null, ratio: null, conditions: conditions() };
  const last = median(gone);
  const target = `<= ${TARGET_MS}`;
  return [
    {
      ...base,
      id: 'P13.ack',
      what: `${what}: acknowledged`,
      ours: median(acks),
      target: null,
      reached: null,
    },
    {
      ...{
        ...base,
        id: 'P13.gone',
        what: `${what}: last one gone`,
        ours: last,
        target,
        reached: last <= TARGET_MS,
      },
      more: { 'spawned afterwards': Math.max(...later), rounds: gone },
    },
  ];
}

/** Sleeping children of this project's agents: they carry its name in their environment. */
function sleepersOf({ project }: Subject): number {
  const mark = `DISPATCH_PROJECT=${project}\0`;
  return readdirSync('/proc').filter((pid) => {
    if (!/^\d+$/.test(pid)) return false;
    try {
      return (
        readFileSync(`/proc/${pid}/comm`, 'utf8') === 'sleep\n' &&
        readFileSync(`/proc/${pid}/environ`, 'latin1').includes(mark)
      );
    } catch {
      return false;
    }
  }).length;
}
