import { randomUUID } from 'node:crypto';
import { type Bench, pause, type Row, type Subject, startSubject } from '../lib/bench.ts';
import { watchConditions } from '../lib/machine.ts';
import { median, quantile } from '../lib/numbers.ts';

const BACKLOG = 10_000;
const TARGET_RATIO = 1.3;

/**
 * P3: an urgent task on a board with 10,000 others that may not start (their route is paused) while a slot is free,
 * against the same on an empty board. What a look at the backlog costs shows here, waiting for a slot does not.
 */
export async function urgentRows(bench: Bench): Promise<readonly Row[]> {
  const conditions = watchConditions();
  const routes = [
    { queue_name: 'Urgent', agent: 'noop', completed_queue: 'Done', priority: 1 },
    { queue_name: 'Low', agent: 'noop', completed_queue: 'Done', priority: 9 },
  ];
  const open = async (backlog: number) => {
    const memory = { Urgent: 0, Low: 0, 'In Progress': 0, Done: 0 };
    const subject = await startSubject(bench, { board: 'memory', memory, routes, slots: 1 });
    await subject.child.call('pause', 'Low');
    await subject.child.call('fill', { queue: 'Low', count: backlog });
    return subject;
  };
  const full = await open(BACKLOG);
  const empty = await open(0);
  const samples: { full: number[]; empty: number[] }[] = [];
  const [rounds, perRound] = bench.quick ? [3, 6] : [8, 25];
  for (let round = 0; round < rounds; round += 1) {
    bench.say(`P3 urgent: round ${round + 1} of ${rounds}`);
    const mine: { full: number[]; empty: number[] } = { full: [], empty: [] };
    const parts = [
      () => several(bench, full, mine.full, perRound),
      () => several(bench, empty, mine.empty, perRound),
    ];
    for (const part of round % 2 === 0 ? parts : parts.reverse()) await part();
    samples.push(mine);
  }
  await Promise.all([full.child.stop(), empty.child.stop()]);
  const ratio = median(samples.map((one) => median(one.full) / median(one.empty)));
  const all = samples.flatMap((one) => one.full);
  return [
    {
      ...{ id: 'P3', what: 'urgent task behind 10,000, one slot free; floor: empty board', unit: 'ms p50' },
      ...{ ours: median(all), floor: median(samples.flatMap((one) => one.empty)), ratio },
      ...{ target: `<= ${TARGET_RATIO}x`, reached: ratio <= TARGET_RATIO, conditions: conditions() },
      more: { samples: all.length, p90: quantile(all, 0.9), p99: quantile(all, 0.99) },
    },
  ];
}

async function several(bench: Bench, subject: Subject, into: number[], count: number): Promise<void> {
  for (let index = -1; index < count; index += 1) {
    await pause(150 + Math.random() * 60);
    const name = randomUUID();
    const { at } = await subject.child.call<{ at: number }>('create', { queue: 'Urgent', name });
    const took = (await bench.witness.of(name)) - at;
    // The first one of a round only wakes everything up.
    if (index >= 0) into.push(took);
  }
}
