import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { startOwnServer } from '../tests/helpers/own-temporal.ts';
import type { Bench, Row, RowMaker } from './lib/bench.ts';
import { describeMachine, watchConditions } from './lib/machine.ts';
import { renderDetails, renderTable } from './lib/report.ts';
import { createWitness } from './lib/witness.ts';
import { apiRows } from './rows/api.ts';
import { auditRows } from './rows/audit.ts';
import { auditedRows } from './rows/audited.ts';
import { brakeRows } from './rows/brake.ts';
import { budgetRows } from './rows/budget.ts';
import { coldStartRows } from './rows/cold-start.ts';
import { callReadRows, callRunRows } from './rows/dispatch.ts';
import { callListRows } from './rows/dispatch-lists.ts';
import { latencyRows } from './rows/latency.ts';
import { ledgerRows } from './rows/ledger.ts';
import { overshootRows } from './rows/overshoot.ts';
import { throughputRows } from './rows/throughput.ts';
import { urgentRows } from './rows/urgent.ts';

const HELP = `Usage: npm run bench -- [flags]

Measures this checkout against floors in the same run and prints a table (docs/performance.md).

  --quick           about a minute: fewer rounds, the main rows only
  --only P1,P4      these rows only
  --json            the whole result as JSON on standard output, everything else on standard error
  --out FILE        write the JSON there as well
  --code FOLDER     compiled code to measure (dist)
  --against FOLDER  a second build, measured in turn with the first; rows that can show both as a ratio
  --profile FOLDER  CPU profiles of the worker processes
`;

/** Rows by name in the order in which they run; the first ones make up \`--quick\`. */
const ROWS: Readonly<Record<string, RowMaker>> = {
  P1: latencyRows,
  P3: urgentRows,
  P4: throughputRows,
  P7: apiRows,
  P12: coldStartRows,
  P13: brakeRows,
  AD1: callReadRows,
  AD3: callRunRows,
  AD5: callListRows,
  A1: auditRows,
  A4: auditedRows,
  L1: ledgerRows,
  B1: budgetRows,
  P20: overshootRows,
};
const QUICK = ['P1', 'P4', 'P7'];
const ROOT = fileURLToPath(new URL('..', import.meta.url));

const { values } = parseArgs({
  options: {
    quick: { type: 'boolean', default: false },
    only: { type: 'string' },
    json: { type: 'boolean', default: false },
    out: { type: 'string' },
    code: { type: 'string', default: join(ROOT, 'dist') },
    against: { type: 'string' },
    profile: { type: 'string' },
    help: { type: 'boolean', default: false },
  },
});

async function main(): Promise<void> {
  const wanted = values.only?.split(',') ?? (values.quick ? QUICK : Object.keys(ROWS));
  const say = (text: string) => void process.stderr.write(`bench: ${text}\n`);
  const dir = mkdtempSync(join(tmpdir(), 'dispatch-bench-'));
  process.once('exit', () => rmSync(dir, { recursive: true, force: true, maxRetries: 5 }));
  if (values.profile !== undefined) mkdirSync(values.profile, { recursive: true });
  const conditions = watchConditions();
  const server = await startOwnServer({ dbFile: join(dir, 'temporal.db') });
  const witness = createWitness(join(dir, 'witness'));
  const bench: Bench = {
    ...{ root: ROOT, dir, witness, say, quick: values.quick },
    code: resolve(values.code),
    against: values.against === undefined ? null : resolve(values.against),
    address: server.address,
    serverPid: server.pid,
    profileDir: values.profile === undefined ? undefined : resolve(values.profile),
  };
  const rows: Row[] = [];
  try {
    for (const [name, make] of Object.entries(ROWS)) {
      if (wanted.includes(name)) rows.push(...(await make(bench)));
    }
  } finally {
    witness.close();
    await server.stop();
  }
  publish({
    at: new Date().toISOString(),
    machine: describeMachine(ROOT),
    flags: values,
    ...conditions(),
    rows,
  });
}

type Result = { readonly [fact: string]: unknown; readonly rows: readonly Row[]; readonly machine: object };

function publish(result: Result): void {
  const json = `${JSON.stringify(result, null, 2)}\n`;
  if (values.out !== undefined) writeFileSync(values.out, json);
  const { rows, machine, ...rest } = result;
  const text = `${renderTable(rows)}\n\n${renderDetails(rows)}\n\n${JSON.stringify({ ...machine, ...rest })}\n`;
  if (values.json) {
    process.stdout.write(json);
    process.stderr.write(text);
  } else process.stdout.write(text);
}

// An end by signal skips `finally`; on exit each part kills what it started.
for (const [signal, code] of [
  ['SIGINT', 130],
  ['SIGTERM', 143],
] as const) {
  process.once(signal, () => process.exit(code));
}
if (values.help) process.stdout.write(HELP);
else await main();
