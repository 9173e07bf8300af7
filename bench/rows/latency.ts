import { randomUUID } from 'node:crypto';
import { readFileSync, renameSync, writeFileSync } from 'node:fs';
import type { Marks } from '../children/marks.ts';
import { type Bench, pause, type Row, type Subject, startFloor, startSubject, until } from '../lib/bench.ts';
import { connectReader, type TaskMoments } from '../lib/history.ts';
import { watchConditions } from '../lib/machine.ts';
import { median, medianInterval, quantile, wallMs } from '../lib/numbers.ts';

const TARGETS = { fileP50: 60, fileP99: 200, httpP50: 80 };
const OTHER_TASKS = 99;
/** Long enough for debounced writes to be over, uneven so that no timer is met again and again (ms). */
const idle = () => pause(140 + Math.random() * 60);

type Board = { queues: Record<string, { id: string; name: string }[]> };
type Arm = { readonly name: string; readonly samples: number[][]; sample(name: string): Promise<number> };
type RunTimes = { startedAt: number; spawnedAt: number | null } | null;
/** Named spans of one dispatch, in ms. */
type Spans = Record<string, number>;

/** P1: from the moment work is there to the first instruction of the agent, one at a time on an idle board. */
export async function latencyRows(bench: Bench): Promise<readonly Row[]> {
  const conditions = watchConditions();
  const others = Array.from({ length: OTHER_TASKS }, (_, index) => ({ id: `b${index}`, name: 'later' }));
  const queues = { Backlog: others, Todo: [], 'In Progress': [], Done: [] };
  const subjects = await Promise.all(
    [bench.code, ...(bench.against === null ? [] : [bench.against])].map((code) =>
      startSubject(bench, { code, queues, api: true, marks: true }),
    ),
  );
  const floor = await startFloor(bench, 8);
  const reader = await connectReader(bench.address);
  const spans = subjects.map((): Spans[] => []);
  const arms: Arm[] = subjects.flatMap((subject, index) => [
    arm(index === 0 ? 'file' : 'file (against)', (name) =>
      fromFile(bench, subject, reader, spans[index] ?? [], name),
    ),
    arm(index === 0 ? 'http' : 'http (against)', (name) => fromHttp(bench, subject, name)),
  ]);
  const ask = (call: string) => async (name: string) => {
    const { at } = await floor.call<{ at: number }>(call, name);
    return (await bench.witness.of(name)) - at;
  };
  arms.push(arm('workflow', ask('workflow')), arm('contained', ask('contained')), arm('plain', ask('plain')));
  const [rounds, perRound] = bench.quick ? [4, 8] : [8, 40];
  // Cold caches would count against whoever comes first.
  for (const { sample } of [...arms, ...arms]) await sample(randomUUID());
  for (let round = 0; round < rounds; round += 1) {
    bench.say(`P1 latency: round ${round + 1} of ${rounds}`);
    // There and back again: whoever is first in one round is last in the next.
    const order = round % 2 === 0 ? arms : [...arms].reverse();
    for (const { samples, sample } of order) {
      await sample(randomUUID());
      const mine: number[] = [];
      for (let count = 0; count < perRound; count += 1) mine.push(await sample(randomUUID()));
      samples.push(mine);
    }
  }
  await Promise.all([...subjects.map(({ child }) => child.stop()), floor.stop(), reader.close()]);
  return report(arms, spans, conditions());
}

const arm = (name: string, sample: Arm['sample']): Arm => ({ name, samples: [], sample });

type Reader = Awaited<ReturnType<typeof connectReader>>;

/** Saves the board as an editor does: a new file in the place of the old one. */
async function fromFile(
  { witness }: Bench,
  { boardPath, project, child }: Subject,
  reader: Reader,
  spans: Spans[],
  name: string,
): Promise<number> {
  await idle();
  const board = JSON.parse(readFileSync(boardPath, 'utf8')) as Board;
  board.queues.Done = [];
  board.queues.Todo = [{ id: name, name }];
  const text = JSON.stringify(board, null, 2);
  await child.call('marks');
  const saved = wallMs();
  writeFileSync(`${boardPath}.new`, text);
  renameSync(`${boardPath}.new`, boardPath);
  const first = await witness.of(name);
  await until(`${name} is done`, () => isDone(boardPath, name));
  const marks = await child.call<Marks>('marks');
  const run = await child.call<RunTimes>('run', name);
  const moments = await reader.moments(`task/${project}/${name}`);
  spans.push(spansOf({ saved, first, run, moments, marks }));
  return first - saved;
}

async function fromHttp({ witness }: Bench, { boardPath, url }: Subject, name: string): Promise<number> {
  await idle();
  const sent = wallMs();
  const answer = await fetch(`${url}/tasks`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ queue_name: 'Todo', name }),
  });
  if (!answer.ok) throw new Error(`POST /tasks: ${answer.status} ${await answer.text()}`);
  const first = await witness.of(name);
  await until(`${name} is done`, () => isDone(boardPath, name));
  return first - sent;
}

function isDone(boardPath: string, name: string): boolean {
  const { queues } = JSON.parse(readFileSync(boardPath, 'utf8')) as Board;
  return queues.Done?.some((task) => task.name === name) ?? false;
}

interface Told {
  readonly saved: number;
  readonly first: number;
  readonly run: RunTimes;
  readonly moments: TaskMoments;
  readonly marks: Marks;
}

/** Where the time went, from what history, store and agent say on their own: nothing is measured inside. */
function spansOf({ saved, first, run, moments, marks }: Told): Spans {
  const { started, scheduled, activity } = moments;
  const began = run?.startedAt ?? Number.NaN;
  const spawned = run?.spawnedAt ?? Number.NaN;
  const at = (name: string) => marks[name] ?? Number.NaN;
  return {
    'watch: file saved -> look at the board': at('look') - saved,
    'choose: read, ask the governor for room': at('start') - at('look'),
    'start: call -> event': started - at('start'),
    'workflow task: event -> admission begins': at('read') - started,
    'admit: task and route read': at('admit') - at('read'),
    'admit: Update': at('admitted') - at('admit'),
    'admitted -> claim begins': at('claim') - at('admitted'),
    'claim: board write': at('claimed') - at('claim'),
    'schedule: claimed -> activity event': scheduled - at('claimed'),
    'activity: event -> started event': activity - scheduled,
    'activity: started event -> its code': began - activity,
    'prepare and spawn': spawned - began,
    'contain and exec': first - spawned,
    events: moments.events,
    bytes: moments.bytes,
  };
}

function report(arms: readonly Arm[], spans: readonly Spans[][], conditions: Row['conditions']): Row[] {
  const of = (name: string) => arms.find((one) => one.name === name)?.samples ?? [];
  const ratios = (ours: number[][], floor: number[][]) =>
    ours.map((round, index) => median(round) / median(floor[index] ?? []));
  const row = (id: string, what: string, name: string, floor: string, target: number | null): Row => {
    const all = of(name).flat();
    const p50 = median(all);
    return {
      ...{ id, what, unit: 'ms p50', ours: p50, floor: median(of(floor).flat()), conditions },
      ratio: median(ratios(of(name), of(floor))),
      target: target === null ? null : `<= ${target}`,
      reached: target === null ? null : p50 <= target,
      more: {
        ...{ samples: all.length, p90: quantile(all, 0.9), p99: quantile(all, 0.99) },
        interval95: medianInterval(all),
      },
    };
  };
  const file = row('P1', 'file saved -> agent, against a bare workflow', 'file', 'workflow', TARGETS.fileP50);
  const p99 = quantile(of('file').flat(), 0.99);
  const rows: Row[] = [
    { ...file, more: { ...file.more, spans: averages(spans[0] ?? []) } },
    {
      ...{ id: 'P1.99', what: 'the same, p99', unit: 'ms p99', ours: p99, conditions },
      ...{ floor: quantile(of('workflow').flat(), 0.99), ratio: null },
      ...{ target: `<= ${TARGETS.fileP99}`, reached: p99 <= TARGETS.fileP99 },
    },
    row('P1.http', 'POST /tasks sent -> agent', 'http', 'workflow', TARGETS.httpP50),
    row('P1.contained', 'contained spawn -> agent, against a plain one', 'contained', 'plain', null),
  ];
  rows.push(...historyRows(averages(spans[0] ?? []), conditions));
  if (spans.length > 1) {
    const against = row(
      'P1.against',
      'file saved -> agent: this build against the other',
      'file',
      'file (against)',
      null,
    );
    rows.push({ ...against, more: { ...against.more, spans: averages(spans[1] ?? []) } });
    rows.push(
      row(
        'P1.http.against',
        'POST sent -> agent: this build against the other',
        'http',
        'http (against)',
        null,
      ),
    );
  }
  return rows;
}

/** P10: what one success on an idle board leaves behind. */
function historyRows(
  { events = Number.NaN, bytes = Number.NaN }: Spans,
  conditions: Row['conditions'],
): Row[] {
  const base = { what: 'history of one success', floor: null, ratio: null, conditions };
  return [
    { ...base, id: 'P10', unit: 'events', ours: events, target: '<= 14', reached: events <= 14 },
    { ...base, id: 'P10.bytes', unit: 'bytes', ours: bytes, target: '<= 3,072', reached: bytes <= 3_072 },
  ];
}

/** Median of each span. */
function averages(spans: readonly Spans[]): Spans {
  const names = Object.keys(spans[0] ?? {});
  return Object.fromEntries(names.map((name) => [name, median(spans.map((one) => one[name] ?? Number.NaN))]));
}
