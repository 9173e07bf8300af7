import { expect, test } from 'vitest';
import { explainConfig } from '../../../src/adapters/config/explain-config.ts';
import { load, problemsOf } from './config-folder.ts';

const BOARD = 'board: b.json\n';

test('caps are read in dollars and kept in whole micro-dollars; nothing said is no cap (R-PROD-012, R-PROD-047)', async () => {
  const { settings, notes } = await load(`${BOARD}budget:
  project_ceiling_usd: 1.1
  total_usd: 0
  agents:
    engineer: { daily_cap_usd: 0.000001, on_budget: escalate }
    qa: { daily_cap_usd: 0, dispatch_reservation_usd: 0.29 }
`);
  expect(notes).toEqual([]);
  expect(settings.budget).toEqual({
    ...{ dailyMicroUsd: 1_100_000, monthlyMicroUsd: null, totalMicroUsd: 0, softRatio: 0.8 },
    defaultReservationMicroUsd: 100_000,
    agents: {
      engineer: { dailyMicroUsd: 1, reservationMicroUsd: null, onBudget: 'escalate' },
      qa: { dailyMicroUsd: 0, reservationMicroUsd: 290_000, onBudget: 'wait' },
    },
  });
  expect((await load(BOARD)).settings.budget).toBeNull();
});

test('agents that keep failing are stopped where there are roles or the file says so (R-PROD-063)', async () => {
  const enabled = async (text: string) => (await load(`${BOARD}${text}`)).settings.breaker?.enabled;
  expect(await enabled('')).toBe(false);
  expect(await enabled('breaker: {}')).toBe(true);
  expect(await enabled('breaker: { enabled: false }')).toBe(false);
  expect(await enabled('roles: { code: { kind: command, command: echo } }')).toBe(true);
  expect((await load(`${BOARD}breaker: { failures: 2, global_agents: 1 }`)).settings.breaker).toEqual({
    ...{ enabled: true, failures: 2, windowSeconds: 600, cooldownSeconds: 300, globalAgents: 1 },
  });
});

test('a wrong amount is refused with its place, a slip in a key is told (R-PROD-019)', async () => {
  const text = `${BOARD}budget:
  project_ceiling_usd: -1
  soft_cap_ratio: 80
  agents:
    engineer: { daily_cap_usd: many, on_budget: escalat }
breaker: { failures: 0 }
`;
  expect(await problemsOf(text)).toEqual([
    'dispatch.yaml:3:3: budget.project_ceiling_usd: must be a number of dollars from 0 to 1000000',
    'dispatch.yaml:4:3: budget.soft_cap_ratio: must be a number from 0 to 1',
    'dispatch.yaml:6:17: budget.agents.engineer.daily_cap_usd: must be a number of dollars from 0 to 1000000',
    'dispatch.yaml:6:38: budget.agents.engineer.on_budget: must be wait or escalate (did you mean escalate?)',
    'dispatch.yaml:7:12: breaker.failures: must be a whole number from 1 to 20',
  ]);
  const { notes } = await load(`${BOARD}budget: { agents: { engineer: { dayly_cap_usd: 1 } } }`);
  expect(notes.map(({ text: note }) => note)).toEqual([
    expect.stringContaining('unknown key, ignored (did you mean daily_cap_usd?)'),
  ]);
});

test('dispatch config shows each cap and where it came from', async () => {
  const loaded = await load(`${BOARD}budget: { agents: { engineer: { daily_cap_usd: 2.5 } } }`);
  const rows = explainConfig(loaded).map(({ key, value, from }) => [key, value, from]);
  expect(rows).toContainEqual([
    'budget.agents.engineer.daily_cap_usd',
    2.5,
    expect.stringContaining('dispatch.yaml:2'),
  ]);
  expect(rows).toContainEqual(['budget.project_ceiling_usd', null, expect.any(String)]);
});
