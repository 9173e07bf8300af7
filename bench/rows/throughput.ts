import { type Bench, type Row, type Subject, startFloor, startSubject } from '../lib/bench.ts';
import type { Child } from '../lib/child.ts';
import { connectReader } from '../lib/history.ts';
import { rssMbOf, watchConditions } from '../lib/machine.ts';
import { median } from '../lib/numbers.ts';
import { cpuOf, measureStretch, type Stretch, stretchOf, WARM_UP_MS } from '../lib/stretch.ts';

const SLOTS = 8;
const TARGET_PER_HOUR = 60_000;
const BOARD_TASKS = 1_000;
/** More than any round can work off. */
const MEMORY_TASKS = 3_000;

/** P4: no-op tasks an hour, sustained, and what each costs; beside it as many bare workflows in flight. */
export async function throughputRows(bench: Bench): Promise<readonly Row[]> {
  const conditions = watchConditions();
  const [rounds, ms] = bench.quick ? [2, 5_000] : [8, 15_000];
  const floor = await startFloor(bench, SLOTS);
  const memory = { Todo: MEMORY_TASKS, 'In Progress': 0, Done: 0 };
  const codes = [bench.code, ...(bench.against === null ? [] : [bench.against])];
  const stretches: Record<string, Stretch[]> = {};
  const gauges: Record<string, unknown> = {};
  const note = (name: string, stretch: Stretch) => {
    stretches[name] = [...(stretches[name] ?? []), stretch];
  };
  // A cold server would count against whoever comes first.
  await floor.call('flood', { ms: WARM_UP_MS, inFlight: SLOTS });
  for (let round = 0; round < rounds; round += 1) {
    bench.say(`P4 throughput: round ${round + 1} of ${rounds}`);
    const parts: (() => Promise<void>)[] = codes.map((code, index) => async () => {
      // A process for each stretch: while one is measured no other may take from the machine.
      const subject = await startSubject(bench, { code, board: 'memory', memory, slots: SLOTS });
      const idleMb = rssMbOf(subject.child.pid);
      note(index === 0 ? 'ours' : 'against', await measureStretch(bench, subject, ms));
      if (index === 0) Object.assign(gauges, await gaugesOf(bench, subject, idleMb));
      await subject.child.stop();
    });
    parts.push(async () => note('floor', await measureFloor(bench, floor, ms)));
    for (const part of round % 2 === 0 ? parts : parts.reverse()) await part();
  }
  await floor.stop();
  const json = bench.quick ? null : await jsonBoard(bench, ms * 2);
  return report(stretches, gauges, json, conditions());
}

async function measureFloor(bench: Bench, floor: Child, ms: number): Promise<Stretch> {
  await floor.call('flood', { ms: WARM_UP_MS / 2, inFlight: SLOTS });
  const before = { at: performance.now(), ...cpuOf(bench, floor) };
  const tasks = await floor.call<number>('flood', { ms, inFlight: SLOTS });
  const seconds = (performance.now() - before.at) / 1000;
  return stretchOf({ tasks, seconds, before, after: cpuOf(bench, floor) });
}

/** Memory and history after the work of a stretch. */
async function gaugesOf(bench: Bench, { child, project }: Subject, idleMb: number) {
  const reader = await connectReader(bench.address);
  const task = await reader.size(`task/${project}/Todo-3`);
  await reader.close();
  return { idleMb, busyMb: rssMbOf(child.pid), events: task.events, bytes: task.bytes };
}

/** The same on a board file that is written for each step of each task. */
async function jsonBoard(bench: Bench, ms: number): Promise<Stretch> {
  bench.say(`P4 throughput: a board file of ${BOARD_TASKS} tasks`);
  const tasks = Array.from({ length: BOARD_TASKS }, (_, index) => ({
    id: `j${index}`,
    name: `task ${index}`,
  }));
  const queues = { Todo: tasks, 'In Progress': [], Done: [] };
  const subject = await startSubject(bench, { queues, slots: SLOTS });
  const stretch = await measureStretch(bench, subject, ms);
  await subject.child.stop();
  return stretch;
}

function report(
  stretches: Readonly<Record<string, readonly Stretch[]>>,
  gauges: Readonly<Record<string, unknown>>,
  json: Stretch | null,
  conditions: Row['conditions'],
): Row[] {
  const all = (name: string) => stretches[name] ?? [];
  const of = (name: string, field: keyof Stretch) => median(all(name).map((one) => one[field]));
  const ratio = (by: string) =>
    median(all('ours').map(({ perHour }, round) => (all(by)[round]?.perHour ?? Number.NaN) / perHour));
  const perHour = of('ours', 'perHour');
  const unit = 'tasks/h';
  const rows: Row[] = [
    {
      ...{
        id: 'P4',
        what: `no-op tasks, ${SLOTS} slots, memory board; floor: bare workflows`,
        unit,
        conditions,
      },
      ...{ ours: perHour, floor: of('floor', 'perHour'), ratio: ratio('floor') },
      ...{ target: `>= ${TARGET_PER_HOUR}`, reached: perHour >= TARGET_PER_HOUR },
      more: costs(all('ours'), all('floor'), gauges),
    },
  ];
  if (all('against').length > 0) {
    rows.push({
      ...{ id: 'P4.against', what: 'this build; "floor" is the other build', unit, conditions },
      ...{
        ours: perHour,
        floor: of('against', 'perHour'),
        ratio: ratio('against'),
        target: null,
        reached: null,
      },
      more: costs(all('ours'), all('against'), {}),
    });
  }
  if (json !== null) {
    rows.push({
      ...{ id: 'P4.json', what: `the same on a board file of ${BOARD_TASKS} tasks`, unit, conditions },
      ...{ ours: json.perHour, floor: null, ratio: null, target: null, reached: null, more: { ...json } },
    });
  }
  return [...rows, ...gaugeRows(gauges, conditions)];
}

function costs(ours: readonly Stretch[], floor: readonly Stretch[], gauges: object) {
  const of = (all: readonly Stretch[], field: keyof Stretch) => median(all.map((one) => one[field]));
  return {
    'worker CPU per task, ours (ms)': of(ours, 'workerCpuMs'),
    'worker CPU per task, floor (ms)': of(floor, 'workerCpuMs'),
    'server CPU per task, ours (ms)': of(ours, 'serverCpuMs'),
    'server CPU per task, floor (ms)': of(floor, 'serverCpuMs'),
    ...gauges,
  };
}

function gaugeRows(gauges: Readonly<Record<string, unknown>>, conditions: Row['conditions']): Row[] {
  const base = { floor: null, ratio: null, conditions };
  const memory = Number(gauges.busyMb);
  return [
    {
      ...{ ...base, id: 'P10.busy', what: 'history of one success that waited in line' },
      ...{ unit: 'events', ours: Number(gauges.events), target: null, reached: null },
      more: { bytes: gauges.bytes },
    },
    {
      ...base,
      ...{ id: 'P11', what: 'worker memory after the work of P4', unit: 'MB', ours: memory },
      ...{ floor: Number(gauges.idleMb), target: '<= 350', reached: memory <= 350 },
    },
  ];
}
