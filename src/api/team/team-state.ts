import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { AppError } from '../../core/errors.ts';
import type { GovernorState } from '../../core/policy/governor/state.ts';
import { capOf, cappedAgents, setPolicy } from '../../core/policy/money/caps.ts';
import { usdOf } from '../../core/policy/money/dollars.ts';
import type { BudgetState } from '../../core/policy/money/money-state.ts';
import { moneyPolicyOf } from '../../core/policy/money/policy-of.ts';
import { emptyBudget } from '../../core/policy/money/settle-cost.ts';
import { utcDay } from '../../core/policy/money/utc-day.ts';
import type { LedgerPage } from '../../core/ports/ledger-page.ts';
import type { Settings } from '../../core/schema/settings.ts';
import type { OperationContext } from '../operation.ts';
import type { WireTeam } from '../wire/team.ts';
import { isoTime, isoTimeOrNull } from '../wire/time.ts';

/** Rows of each list but that of what runs. */
const ROWS_MAX = 25;
const DAY_MS = 24 * 3_600_000;
const WEEK_DAYS = 7;

/** Everything a page over the ledger shows, as ai-producer's page gets it (R-PROD-084). */
export async function teamState(context: OperationContext): Promise<WireTeam> {
  const { settings, store, inbox } = context;
  const page = requirePage(context);
  const [governor, spent, queue, audit] = await Promise.all([
    store.records.loadGovernor(),
    spentNow(context),
    page.queue(ROWS_MAX),
    page.audit(ROWS_MAX),
  ]);
  const { topic, lastError, messages } = inbox.now();
  return {
    producer: {
      project_root: settings.projectRoot ?? settings.baseDir,
      config_path: configPath(settings),
      port: settings.api.port,
      project_name: settings.projectTitle ?? settings.project,
    },
    kill_switch: {
      armed: governor?.brake.armed ?? false,
      reason: governor?.brake.armed === true ? governor.brake.reason : null,
      armed_at: governor?.brake.armed === true ? isoTimeOrNull(governor.brake.at) : null,
    },
    budget: budgetOf(spent, capsNow(settings, governor)),
    queue: {
      running: [...queue.running],
      pending: [...queue.pending],
      recent: queue.recent.map((row) => ({ ...row, outcome: row.status })),
    },
    audit: audit.map(({ cost_usd: _, ...row }) => row),
    ntfy_status: {
      enabled: topic !== null,
      topic,
      last_error: lastError,
      messages: messages.map((message) => ({ ...message, tags: [...message.tags] })),
    },
    ts: isoTime(Date.now()),
  };
}

/** What only a ledger has. */
export function requirePage({ board }: Pick<OperationContext, 'board'>): LedgerPage {
  if (board.page !== undefined) return board.page;
  throw new AppError('invalid-config', 'board: only a ledger has such a page', {
    hint: 'set "board: {kind: ledger, path: ledger.db}" in dispatch.yaml (docs/ledger.md)',
  });
}

/** What counts against budgets today and in a week; asked every few seconds, so not for all time. */
async function spentNow({ store }: OperationContext) {
  const now = Date.now();
  const [today, weekMicroUsd] = await Promise.all([
    store.records.spentOn(utcDay(now)),
    store.records.spentSince(utcDay(now - (WEEK_DAYS - 1) * DAY_MS)),
  ]);
  return { ...today, weekMicroUsd };
}

/** The caps in force: those of the configuration, and what persons have set since. */
const capsNow = (settings: Settings, governor: GovernorState | null): BudgetState =>
  setPolicy(
    { ...emptyBudget(Date.now()), overrides: governor?.budget?.overrides ?? [] },
    moneyPolicyOf(settings).budget,
  );

function budgetOf(
  { agents, day, weekMicroUsd }: Awaited<ReturnType<typeof spentNow>>,
  caps: BudgetState,
): WireTeam['budget'] {
  const roles = [...new Set([...cappedAgents(caps), ...Object.keys(agents)])];
  return {
    today_usd: usdOf(day),
    limit_usd: usdOrNull(capOf(caps, { scope: 'project', period: 'daily' })),
    week_usd: usdOf(weekMicroUsd),
    roles: roles.map((role) => ({
      role,
      today_usd: usdOf(agents[role] ?? 0),
      limit_usd: usdOrNull(capOf(caps, { scope: 'agent', name: role })),
    })),
  };
}

const usdOrNull = (microUsd: number | null): number | null => (microUsd === null ? null : usdOf(microUsd));

const CONFIG_NAMES = ['producer.yaml', 'dispatch.yaml', 'dispatch.yml', 'dispatch.json'];

/** The file this project is configured by; empty for a project of code. */
function configPath({ baseDir }: Settings): string {
  const name = CONFIG_NAMES.find((candidate) => existsSync(join(baseDir, candidate)));
  return name === undefined ? '' : join(baseDir, name);
}
