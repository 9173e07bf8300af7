import { z } from 'zod';

const Row = z.record(z.string(), z.unknown());

/** A row of the ledger's audit trail; `detail` is JSON text. */
export const WireLedgerAudit = z.strictObject({
  id: z.int(),
  ts: z.string(),
  action: z.string(),
  agent_owner: z.string(),
  task_id: z.string().nullable(),
  detail: z.string(),
});

/** All that a page over a ledger shows at once (R-PROD-084). */
export const WireTeam = z.strictObject({
  producer: z.strictObject({
    project_root: z.string(),
    config_path: z.string(),
    port: z.int(),
    project_name: z.string(),
  }),
  kill_switch: z.strictObject({
    armed: z.boolean(),
    reason: z.string().nullable(),
    armed_at: z.string().nullable(),
  }),
  /** Dollars, of what counts against budgets. */
  budget: z.strictObject({
    today_usd: z.number(),
    limit_usd: z.number().nullable(),
    week_usd: z.number(),
    roles: z.array(
      z.strictObject({ role: z.string(), today_usd: z.number(), limit_usd: z.number().nullable() }),
    ),
  }),
  queue: z.strictObject({ running: z.array(Row), pending: z.array(Row), recent: z.array(Row) }),
  audit: z.array(WireLedgerAudit),
  ntfy_status: z.strictObject({
    enabled: z.boolean(),
    topic: z.string().nullable(),
    last_error: z.string().nullable(),
    messages: z.array(
      z.strictObject({
        id: z.string(),
        time: z.number(),
        title: z.string(),
        message: z.string(),
        tags: z.array(z.string()),
        priority: z.number(),
      }),
    ),
  }),
  ts: z.string(),
});
export type WireTeam = z.infer<typeof WireTeam>;
