import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { verifyFile as VerifyFile } from '../../src/adapters/audit/verify-file.ts';
import { type Bench, type Row, type SubjectOptions, startSubject } from '../lib/bench.ts';
import { seedLedger, writeSeed } from '../lib/ledger-file.ts';
import { watchConditions } from '../lib/machine.ts';
import { median } from '../lib/numbers.ts';
import { measureStretch, type Stretch } from '../lib/stretch.ts';

const SLOTS = 8;
const TARGET_PER_HOUR = 40_000;
/** More than any round can work off. */
const TASKS = 3_000;

/** A board with its work, and the files in which audit rows of that work lie. */
interface Work {
  readonly id: string;
  readonly what: string;
  readonly files: readonly string[];
  options(bench: Bench): SubjectOptions;
}

const RECORDS = join('.dispatch', 'records.db');

const MEMORY: Work = {
  ...{ id: 'A4', what: 'a memory board', files: [RECORDS] },
  options: () => ({ board: 'memory', memory: { Todo: TASKS, 'In Progress': 0, Done: 0 } }),
};
const LEDGER: Work = {
  ...{ id: 'A4.ledger', what: 'a role on a ledger', files: [RECORDS, 'ledger.db'] },
  options: ({ code, witness }) => ({
    config: {
      ...{ board: { kind: 'ledger', path: 'ledger.db' }, agents: {}, routes: [], pools: { roles: SLOTS } },
      roles: { code: { kind: 'command', command: [witness.agent] } },
    },
    async prepare(dir) {
      const seed = join(dir, 'seed.json');
      writeSeed(seed, TASKS);
      await seedLedger(code, { file: join(dir, 'ledger.db'), seed });
    },
  }),
};

/** A4: no-op tasks an hour with the audit trail, found whole afterwards, against the same without one (R-PROD-032). */
export async function auditedRows(bench: Bench): Promise<readonly Row[]> {
  const rows: Row[] = [];
  for (const work of [MEMORY, LEDGER]) rows.push(await auditedRow(bench, work));
  return rows;
}

async function auditedRow(bench: Bench, work: Work): Promise<Row> {
  const conditions = watchConditions();
  const loads = [loadAverage()];
  const [rounds, ms] = bench.quick ? [2, 5_000] : [6, 15_000];
  const all: Record<'on' | 'off', Audited[]> = { on: [], off: [] };
  for (let round = 0; round < rounds; round += 1) {
    bench.say(`${work.id} tasks with and without the trail: round ${round + 1} of ${rounds}`);
    const parts = (['on', 'off'] as const).map(
      (trail) => async () => void all[trail].push(await stretch(bench, work, { trail: trail === 'on', ms })),
    );
    for (const part of round % 2 === 0 ? parts : parts.reverse()) await part();
    loads.push(loadAverage());
  }
  const of = (trail: 'on' | 'off', field: keyof Audited) => median(all[trail].map((one) => one[field]));
  const perHour = of('on', 'perHour');
  return {
    ...{ id: work.id, unit: 'tasks/h', ours: perHour, floor: of('off', 'perHour'), conditions: conditions() },
    what: `no-op tasks, ${SLOTS} slots, ${work.what}, trail on; floor: off`,
    ratio: median(all.on.map((one, round) => (all.off[round]?.perHour ?? Number.NaN) / one.perHour)),
    ...{ target: `>= ${TARGET_PER_HOUR}`, reached: perHour >= TARGET_PER_HOUR },
    more: {
      'audit rows per task': of('on', 'rowsPerTask'),
      'worker CPU per task, on / off (ms)': [of('on', 'workerCpuMs'), of('off', 'workerCpuMs')],
      '/proc/loadavg': loads.map((load) => `\n      ${load}`).join(''),
    },
  };
}

const loadAverage = (): string => readFileSync('/proc/loadavg', 'utf8').trim();

interface Audited extends Stretch {
  readonly rowsPerTask: number;
}

/** A process and a project for each; whoever ran the work, its trail must hold, or be empty. */
async function stretch(
  bench: Bench,
  { files, options }: Work,
  { trail, ms }: { readonly trail: boolean; readonly ms: number },
): Promise<Audited> {
  const subject = await startSubject(bench, { ...options(bench), slots: SLOTS, trail });
  const before = bench.witness.all().length;
  const measured = await measureStretch(bench, subject, ms);
  await subject.child.stop();
  const { verifyFile } = (await import(join(bench.code, 'adapters', 'audit', 'verify-file.js'))) as {
    verifyFile: typeof VerifyFile;
  };
  const chains = files.flatMap((file) => verifyFile(join(subject.dir, file), new Map()).chains);
  const rows = chains.reduce((sum, chain) => sum + chain.rows, 0);
  const fault = chains.find((chain) => chain.fault !== null);
  if (fault !== undefined) throw new Error(`the trail is broken: ${JSON.stringify(fault)}`);
  const tasks = bench.witness.all().length - before;
  if (trail ? rows < tasks : rows > 1)
    throw new Error(`${rows} audit rows of ${tasks} tasks, trail: ${trail}`);
  return { ...measured, rowsPerTask: rows / tasks };
}
