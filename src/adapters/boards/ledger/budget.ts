import { sql } from 'kysely';
import type { Connection } from '../../store/connection.ts';
import { query } from '../../store/query.ts';
import { appendEvent } from './audit.ts';
import { ledger } from './ledger-tables.ts';

/** An agent's caps of a day, in dollars; 0 = none is set. */
export interface Caps {
  readonly hardUsd: number;
  readonly softUsd: number;
}

export type CapsOf = (agent: string) => Caps;

interface DayArgs {
  readonly agent: string;
  readonly day: string;
}

/** Each write brings the caps up to date, so that a cap raised at noon counts at noon. */
const put = query((a: DayArgs & { hard: number; soft: number; delta: number }) =>
  ledger
    .insertInto('budget')
    .values({
      ...{ agentOwner: a.agent, date: a.day, spentUsd: a.delta, hardCapUsd: a.hard, softCapUsd: a.soft },
    } as never)
    .onConflict((conflict) =>
      conflict.columns(['agentOwner', 'date']).doUpdateSet((eb) => ({
        // To the billionth: dollars that add up to a cap exactly must not come to a hair more than it.
        spentUsd: sql<number>`round(budget.spent_usd + ${eb.ref('excluded.spentUsd')}, 9)`,
        hardCapUsd: eb.ref('excluded.hardCapUsd'),
        softCapUsd: eb.ref('excluded.softCapUsd'),
      })),
    ),
);
const find = query((a: DayArgs) =>
  ledger.selectFrom('budget').selectAll().where('agentOwner', '=', a.agent).where('date', '=', a.day),
);
const totalOf = query((a: { day: string }) =>
  ledger
    .selectFrom('budget')
    .select(sql<number>`coalesce(sum(spent_usd), 0)`.as('total'))
    .where('date', '=', a.day),
);

/** Spent, soft cap and hard cap of a day, in dollars. */
export type BudgetState = readonly [spent: number, soft: number, hard: number];

/** Adds to an agent's day; its row is made when missing (R-PROD-053). */
export function addSpend(
  connection: Connection,
  { agent, day, usd, caps }: DayArgs & { readonly usd: number; readonly caps: Caps },
): BudgetState {
  connection.run(put, { agent, day, hard: caps.hardUsd, soft: caps.softUsd, delta: usd });
  const row = connection.get(find, { agent, day });
  return [row?.spentUsd ?? 0, row?.softCapUsd ?? 0, row?.hardCapUsd ?? 0];
}

/** What all agents have spent on a day, in dollars. */
export const spentOn = (connection: Connection, day: string): number =>
  connection.get(totalOf, { day })?.total ?? 0;

/** What a run cost. */
export interface Spend {
  readonly agent: string;
  /** UTC day it counts for. */
  readonly day: string;
  readonly usd: number;
  readonly taskId: string;
  readonly api: string;
  readonly now: number;
}

/** Books a run with its audit row. */
export function bookSpend(connection: Connection, capsOf: CapsOf, spend: Spend): void {
  const { agent, day, usd, taskId, api } = spend;
  const [spent] = addSpend(connection, { agent, day, usd, caps: capsOf(agent) });
  appendEvent(
    connection,
    {
      ...{ agentOwner: agent, action: 'cost', taskId, costUsd: usd },
      detail: { api, delta_usd: usd, spent_usd: spent },
    },
    spend.now,
  );
}
