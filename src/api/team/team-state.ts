import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { AppError } from '../../core/errors.ts';
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
const MICRO_USD = 1_000_000;

/** Everything a page over the ledger shows, as ai-producer's page gets it (R-PROD-084). */
export async function teamState(context: OperationContext): Promise<WireTeam> {
  const { settings, store, inbox } = context;
  const page = requirePage(context);
  const [governor, budget, queue, audit] = await Promise.all([
    store.records.loadGovernor(),
    spent(context),
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
    budget,
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

async function spent({ store, settings }: OperationContext): Promise<WireTeam['budget']> {
  const now = Date.now();
  const [{ agents, day }, week] = await Promise.all([
    store.records.spendTotals(utcDay(now)),
    store.records.spentSince(utcDay(now - (WEEK_DAYS - 1) * DAY_MS)),
  ]);
  const caps = settings.budget?.agents ?? {};
  const roles = [...new Set([...Object.keys(caps), ...Object.keys(agents)])];
  return {
    today_usd: day / MICRO_USD,
    limit_usd: usdOrNull(settings.budget?.dailyMicroUsd),
    week_usd: week / MICRO_USD,
    roles: roles.map((role) => ({
      role,
      today_usd: (agents[role] ?? 0) / MICRO_USD,
      limit_usd: usdOrNull(caps[role]?.dailyMicroUsd),
    })),
  };
}

const usdOrNull = (microUsd: number | null | undefined): number | null =>
  microUsd === null || microUsd === undefined ? null : microUsd / MICRO_USD;

const CONFIG_NAMES = ['producer.yaml', 'dispatch.yaml', 'dispatch.yml', 'dispatch.json'];

/** The file this project is configured by; empty for a project of code. */
function configPath({ baseDir }: Settings): string {
  const name = CONFIG_NAMES.find((candidate) => existsSync(join(baseDir, candidate)));
  return name === undefined ? '' : join(baseDir, name);
}
