import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { call } from '../helpers/call.ts';
import { rows } from '../helpers/ledger-file.ts';
import { until } from '../helpers/project.ts';
import { aRoleProject } from '../helpers/role-project.ts';

/** Fails once, then works; every run costs a cent. */
const SECOND_TRY = `echo 0.01 > "$DISPATCH_COST_FILE"; [ -e tried ] && exit 0; touch tried; exit 1`;
const CENT = 10_000;

test('each claimed task of a role books its fee once as spending of producer: purse, books, ledger, report (R-PROD-014)', async () => {
  const p = await aRoleProject(
    { code: SECOND_TRY },
    { config: { budget: { project_ceiling_usd: 10, dispatch_fee_usd: 0.05 } } },
  );
  const id = await p.add('code', 'Build');
  await p.ended(id, 'code:done');
  const { records } = p.project.context.store;
  const booked = await until('both are booked', async () => {
    const all = await records.listSpend({ taskId: id, limit: 10 });
    return all.length === 4 && all;
  });
  const told = booked.map(({ runId, agent, microUsd }) => ({ fee: runId.endsWith('/fee'), agent, microUsd }));
  expect(told.filter(({ fee }) => fee)).toEqual(
    Array.from({ length: 2 }, () => ({ fee: true, agent: 'producer', microUsd: 5 * CENT })),
  );
  expect(told.filter(({ fee }) => !fee)).toEqual(
    Array.from({ length: 2 }, () => ({ fee: false, agent: 'code', microUsd: CENT })),
  );

  // The governor's own account agrees with the books.
  const spent = await until('the governor has settled it', async () => {
    const { budget } = (await p.project.context.control.governor()) ?? {};
    return budget?.spent.total === 12 * CENT && budget.spent;
  });
  expect(spent.agents).toEqual({ code: 2 * CENT, producer: 10 * CENT });
  const shown = (await call(p.project, 'budget-show', {})) as {
    agents: { agent: string; spent_usd: number }[];
  };
  expect(shown.agents).toContainEqual(expect.objectContaining({ agent: 'producer', spent_usd: 0.1 }));

  // Booked once more, it counts once.
  for (const row of booked) await records.bookSpend({ ...row, at: Date.now() });
  expect((await records.spentOn(booked[0]?.day ?? '')).day).toBe(12 * CENT);

  expect(rows(p.file, "select agent_owner, spent_usd from budget where agent_owner = 'producer'")).toEqual([
    { agent_owner: 'producer', spent_usd: 0.1 },
  ]);
  const { path } = (await call(p.project, 'report', {})) as { path: string };
  expect(readFileSync(path, 'utf8')).toMatch(/producer.*0\.10/);
}, 60_000);

test('a cap of producer that is used up keeps tasks of roles waiting, with the reason; a higher one lets them run (R-PROD-014, R-PROD-049)', async () => {
  const p = await aRoleProject(
    { code: 'echo 0 > "$DISPATCH_COST_FILE"' },
    {
      config: {
        budget: {
          ...{ project_ceiling_usd: 10, dispatch_fee_usd: 0.05 },
          agents: { producer: { daily_cap_usd: 0.05 } },
        },
      },
    },
  );
  const first = await p.add('code', 'One');
  await p.ended(first, 'code:done');
  const second = await p.add('code', 'Two');
  const { store } = p.project.context;
  const waiting = await until('it waits', async () => {
    const state = await store.records.getTaskState(second);
    return state?.blockedCode === 'budget' && state;
  });
  expect(waiting.blockedText).toContain(
    'the daily cap of agent "producer" is used up: $0.05 of $0.05 spent, and the fee of a dispatch is $0.05',
  );
  await call(p.project, 'budget-set', { name: 'producer', usd: 1 });
  await p.ended(second, 'code:done');
}, 60_000);
