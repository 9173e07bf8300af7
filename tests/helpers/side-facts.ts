import { rows } from './ledger-file.ts';
import type { Side } from './side-by-side.ts';
import { type Fact, fact, grouped, type Plain } from './side-fact.ts';
import { callFacts, fileFacts } from './side-file-facts.ts';

type Row = Readonly<Record<string, unknown>>;

/** Columns that hold nothing but an id, a time or a link of the chain; the chain is verified apart. */
const PASSING = new Set(['id', 'prev_hash', 'row_hash', 'sha256', 'hash', 'first_seen']);
const JSON_COLUMNS = new Set(['dependencies', 'payload', 'output_refs', 'critic_verdicts']);

/** Everything that can be compared of a side, without ids, times, durations and folders. */
export function factsOf(side: Side): readonly Fact[] {
  const plain = plainTextOf(side);
  return [
    ...tableFacts(side, plain),
    ...auditFacts(side, plain),
    ...fileFacts(side, plain),
    ...callFacts(side, plain),
    ...Object.entries(side.printed).map(([words, text]) => fact('stdout', words, plain(text.trimEnd()))),
  ];
}

/** Names of tasks instead of their ids: those of the seed by their ids, others by their titles. */
function plainTextOf({ ledger, root }: Side): Plain {
  const tasks = rows<{ id: string; title: string }>(ledger, 'select id, title from tasks');
  const names = tasks.map(({ id, title }) => [id, nameOf(id, title)] as const);
  return (value) => {
    let text = typeof value === 'string' ? value : (JSON.stringify(value) ?? 'nothing');
    for (const [id, name] of names) text = text.replaceAll(id, name);
    return text
      .replaceAll(root, '<project>')
      .replaceAll(/\b(?!2026-03-01)\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ/g, '<time>')
      .replaceAll(/\b(?!2026-03-01)20\d\d-\d\d-\d\d\b/g, '<day>')
      .replaceAll(/report-20\d{6}/g, 'report-<day>')
      .replaceAll(/[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}/g, '<uuid>')
      .replaceAll(/\b01[0-9A-Z]{24}\b/g, '<id>')
      .replaceAll(/\b\d+ (days|h) old/g, '<n> $1 old');
  };
}

const nameOf = (id: string, title: string): string =>
  /^01HYKT([A-Z]+)0+$/.exec(id)?.[1]?.toLowerCase() ?? title.split(' ')[0] ?? id;

/** All tables but the audit log: each column of each row. */
function tableFacts({ ledger }: Side, plain: Plain): Fact[] {
  const keyed: Record<string, (row: Row) => string> = {
    tasks: ({ id }) => plain(id),
    decisions: ({ task_id, kind }) => `${plain(task_id)} ${kind}`,
    asset_registry: ({ path }) => String(path),
    budget: ({ agent_owner }) => String(agent_owner),
    prompts: () => 'runs',
  };
  return Object.entries(keyed).flatMap(([table, keyOf]) => {
    const groups = grouped(rows<Row>(ledger, `select * from ${table} order by rowid`), keyOf);
    return [...groups].flatMap(([of, some]) => [
      fact(table, of, `${some.length}`),
      ...(table === 'prompts' ? [] : columnFacts(table, of, some, plain)),
    ]);
  });
}

function columnFacts(place: string, of: string, some: readonly Row[], plain: Plain): Fact[] {
  const columns = Object.keys(some[0] ?? {}).filter((column) => !PASSING.has(column));
  return columns.map((column) => {
    const values = some.map((row) => plain(settled(column, row[column])));
    return fact(`${place}.${column}`, of, [...new Set(values)].join(', '));
  });
}

/** JSON as what it says, not as how it is spaced; sums of floating dollars to the tenth of a cent of a cent. */
function settled(column: string, value: unknown): unknown {
  if (JSON_COLUMNS.has(column) && typeof value === 'string') return JSON.parse(value);
  if (column === 'wall_clock_seconds') return 'some time';
  return typeof value === 'number' ? Math.round(value * 1e6) / 1e6 : value;
}

interface AuditRow extends Row {
  readonly agent_owner: string;
  readonly task_id: string | null;
  readonly action: string;
  readonly detail: string;
  readonly cost_usd: number;
}

/** The trail of each task: which rows, what they say, and in which order. Rows of no task: only that they are there. */
function auditFacts({ ledger }: Side, plain: Plain): Fact[] {
  // Whether a worker hears of an order to stop in time to note it depends on how long it lives.
  const heard = "select * from audit_log where action <> 'kill_switch_toggled' order by id";
  const all = rows<AuditRow>(ledger, heard);
  const kindOf = ({ action, agent_owner }: AuditRow) =>
    action === 'cost' ? `cost of ${agent_owner === 'producer' ? 'producer' : 'the role'}` : action;
  const facts = [...grouped(all, ({ task_id }) => task_id)].flatMap(([taskId, trail]) => {
    const of = taskId === null ? 'no task' : plain(taskId);
    return [...grouped(trail, kindOf)].flatMap(([kind, some]) => {
      const place = `audit_log ${kind}`;
      if (taskId === null) return [fact(place, of, 'there')];
      const flat = some.map(({ agent_owner, cost_usd, detail }) => ({
        ...{ agent_owner, cost_usd },
        ...(JSON.parse(detail) as Row),
      }));
      const columns = new Set(flat.flatMap((row) => Object.keys(row)));
      return [
        fact(place, of, `${some.length}`),
        ...[...columns].flatMap((column) =>
          columnFacts(place, of, flat.map((row) => ({ [column]: (row as Row)[column] })) as Row[], plain),
        ),
      ];
    });
  });
  return [...facts, ...orderFacts(all, plain)];
}

const STEPS = /^(?:task_inserted|dispatch|task_failed|task_completed|escalation)$/;

/** The steps of each task that both know, in their order. */
const orderFacts = (all: readonly AuditRow[], plain: Plain): Fact[] =>
  [
    ...grouped(
      all.filter(({ task_id, action }) => task_id !== null && STEPS.test(action)),
      ({ task_id }) => plain(task_id),
    ),
  ].map(([of, trail]) => fact('audit_log order', of, trail.map(({ action }) => action).join(' ')));
