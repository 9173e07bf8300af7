import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Bench, pause, type Row, startSubject, until } from '../lib/bench.ts';
import { watchConditions } from '../lib/machine.ts';
import { median } from '../lib/numbers.ts';

/** What a reply of the stand-ins costs: 10,000 tokens of input of their model (dollars). */
const REPLY_USD = 0.03;
/** The cap is reached after about so many replies of each agent. */
const REPLIES_EACH = 8;
const SPENT_MS_MAX = 180_000;
/** Seldom: looking takes from the machine. */
const LOOK_MS = 250;
/** The promise: one reply that was under way for each agent that runs. */
const BOUND = 1;

const KINDS = [
  { id: 'P20', kind: 'claude-cli', program: 'replying-claude.sh', what: 'told as it speaks' },
  { id: 'P20.file', kind: 'command', program: 'replying-command.sh', what: 'told by a cost file' },
] as const;
type Kind = (typeof KINDS)[number];

/** P20: how far agents side by side go over one cap, in replies per running agent (I4). */
export async function overshootRows(bench: Bench): Promise<readonly Row[]> {
  const rows: Row[] = [];
  for (const kind of KINDS) {
    const conditions = watchConditions();
    const [rounds, agents, seconds] = bench.quick ? [1, 8, 1] : [3, 30, 2];
    const all: Overshoot[] = [];
    for (let round = 0; round < rounds; round += 1) {
      bench.say(`${kind.id} overshoot of ${agents} agents: round ${round + 1} of ${rounds}`);
      all.push(await overshoot(bench, { ...kind, agents, seconds, round }));
    }
    rows.push(rowOf({ ...kind, agents, seconds }, all, conditions()));
  }
  return rows;
}

interface Crowd {
  readonly agents: number;
  /** Between two replies of an agent. */
  readonly seconds: number;
}

interface Overshoot {
  readonly perAgent: number;
  /** Replies that were under way when their agent was stopped, for each agent; a provider may charge them, too. */
  readonly cutOff: number;
  /** Of the agent with the most. */
  readonly mostOfOne: number;
  readonly usd: number;
  readonly startedLater: number;
  /** From the reply that reached the cap to the last one (ms). */
  readonly untilLastMs: number;
}

async function overshoot(bench: Bench, given: Kind & Crowd & { round: number }): Promise<Overshoot> {
  const { id, kind, program, agents, seconds, round } = given;
  const file = join(bench.dir, `replies-${id}-${round}`);
  writeFileSync(file, '');
  // Half a reply: costs of real ones do not meet a cap to the cent, either.
  const replies = agents * REPLIES_EACH + 0.5;
  const capUsd = replies * REPLY_USD;
  const env = { BENCH_REPLIES: file, BENCH_REPLY_MS: `${seconds * 1000}` };
  const command = [join(bench.root, 'bench', 'children', program)];
  const subject = await startSubject(bench, {
    ...{ board: 'memory', slots: agents, memory: { Todo: 2 * agents, 'In Progress': 0, Done: 0 } },
    config: {
      agents: { noop: { kind, command, env } },
      budget: { project_ceiling_usd: Number(capUsd.toFixed(3)), dispatch_reservation_usd: REPLY_USD },
    },
  });
  try {
    await until(
      'the cap is spent and nothing runs any more',
      async () => {
        await pause(LOOK_MS);
        const { microUsd, running } = await subject.child.call<Money>('money');
        return running === 0 && microUsd >= Math.round(capUsd * 1e6);
      },
      SPENT_MS_MAX,
    );
  } finally {
    await subject.child.stop();
  }
  return judge(readFileSync(file, 'utf8'), { replies, agents });
}

interface Money {
  readonly microUsd: number;
  readonly running: number;
}

/** From what the agents signed for themselves, not from what was booked. */
function judge(text: string, { replies, agents }: { replies: number; agents: number }): Overshoot {
  const lines = text
    .trim()
    .split('\n')
    .map((line) => {
      const [at = '', run = '', what = ''] = line.split(' ');
      return { at: Number(at.replace(',', '.')) * 1000, run, what };
    });
  const told = lines.filter(({ what }) => what === 'reply').sort((a, b) => a.at - b.at);
  const reachedAt = told[Math.floor(replies)]?.at ?? Number.NaN;
  const later = lines.filter(({ at }) => at > reachedAt);
  const ofOne = new Map<string, number>();
  for (const { run, what } of later) if (what === 'reply') ofOne.set(run, (ofOne.get(run) ?? 0) + 1);
  const begun = lines.filter(({ what }) => what === 'begin').length;
  return {
    perAgent: (told.length - replies) / agents,
    mostOfOne: Math.max(0, ...ofOne.values()),
    cutOff: (begun - told.length) / agents,
    usd: (told.length - replies) * REPLY_USD,
    startedLater: later.filter(({ what }) => what === 'start').length,
    untilLastMs: (told.at(-1)?.at ?? Number.NaN) - reachedAt,
  };
}

function rowOf(given: Kind & Crowd, all: readonly Overshoot[], conditions: Row['conditions']): Row {
  const { id, what, agents, seconds } = given;
  const worst = (field: keyof Overshoot) => Math.max(...all.map((one) => one[field]));
  const ours = worst('perAgent');
  const later = worst('startedLater');
  return {
    ...{ id, unit: 'replies/agent', ours, floor: BOUND, ratio: ours / BOUND, conditions },
    what: `over the cap, ${agents} agents, a reply each ${seconds} s, ${what}; floor: the bound`,
    ...{ target: `<= ${BOUND}, 0 starts later`, reached: ours <= BOUND && later === 0 },
    more: {
      'median of the rounds': median(all.map(({ perAgent }) => perAgent)),
      'cut off under way, for each agent': worst('cutOff'),
      'most of one agent': worst('mostOfOne'),
      'dollars over': worst('usd'),
      'started after the cap was reached': later,
      'last reply after it (ms)': worst('untilLastMs'),
    },
  };
}
