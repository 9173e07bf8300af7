import { z } from 'zod';
import { ANOMALY_SHOWN_MS, LIST_PAGE_MAX } from '../../core/limits.ts';
import { endPauses } from '../../core/policy/governor/pause.ts';
import { ROUTES_POOL } from '../../core/policy/pools.ts';
import { QUESTIONS_SHOWN_MAX } from '../../core/policy/questions/limits.ts';
import { boardHealth, temporalHealth } from '../health.ts';
import { defineOperation } from '../operation.ts';
import { WireAnomaly, wireAnomaly } from '../wire/anomaly.ts';
import { WireBrake, WirePause, wireBrake, wirePause } from '../wire/brake.ts';
import { WireQuestion, wireQuestion } from '../wire/question.ts';
import { isoTime, secondsBetween } from '../wire/time.ts';

const Health = z.strictObject({ ok: z.boolean(), ms: z.number(), error: z.string().optional() });

/** `GET /status`: capacity, timing and health (R-ART-085). */
export const status = defineOperation({
  name: 'status',
  summary: 'Show capacity, timing, health, the kill switch and the pauses',
  http: { method: 'GET', path: '/status', access: 'read' },
  cli: { words: ['status'], examples: ['dispatch status', 'dispatch status --json'] },
  mcp: { tool: 'status', forTasks: true, annotations: { readOnlyHint: true } },
  input: z.object({}),
  output: z.strictObject({
    project: z.string(),
    state: z.enum(['running', 'paused', 'stopped']),
    poll_interval: z.number(),
    /** Shortest interval of all routes, seconds. */
    tick_interval: z.number(),
    agent_timeout: z.number().nullable(),
    max_concurrent_agents: z.int(),
    active_agents: z.int(),
    available_slots: z.int(),
    uptime_seconds: z.number(),
    started_at: z.string(),
    routes: z.array(z.string()),
    queue_management_enabled: z.boolean(),
    version: z.string(),
    kill_switch: WireBrake,
    pauses: z.array(WirePause),
    waiting: z.int(),
    /** What of the audit trail of the last day somebody should look at, newest first. */
    anomalies: z.array(WireAnomaly),
    /** What agents wait to know, oldest first; `GET /questions` has them all. */
    questions: z.array(WireQuestion),
    board: Health.extend({ kind: z.string() }),
    temporal: Health.extend({ address: z.string() }),
  }),
  async run(context) {
    const { settings, store, startedAt } = context;
    const [routes, running, governor, board, temporal, anomalies, questions] = await Promise.all([
      context.routes.list(),
      store.projection.listRuns({ status: 'running', limit: LIST_PAGE_MAX }),
      store.records.loadGovernor(),
      boardHealth(context.board),
      temporalHealth(context.control),
      store.records.listAnomalies(Date.now() - ANOMALY_SHOWN_MS),
      store.questions.list({ status: 'open', limit: QUESTIONS_SHOWN_MAX }),
    ]);
    // Saved at the last change; some may have ended by themselves since.
    const pauses = governor === null ? [] : endPauses(governor, Date.now()).pauses;
    const slots = governor?.pools[ROUTES_POOL]?.limit ?? settings.pools[ROUTES_POOL] ?? 0;
    const active = running.filter((run) => run.surface === 'route').length;
    const brake = wireBrake(governor);
    const paused = pauses.some((pause) => pause.scope === 'project');
    return {
      project: settings.project,
      state: brake.armed ? ('stopped' as const) : paused ? ('paused' as const) : ('running' as const),
      poll_interval: settings.defaults.pollIntervalSeconds,
      tick_interval: Math.min(
        ...(routes.length === 0
          ? [settings.defaults.pollIntervalSeconds]
          : routes.map((route) => route.pollIntervalSeconds)),
      ),
      agent_timeout: settings.defaults.timeoutSeconds,
      max_concurrent_agents: slots,
      active_agents: running.length,
      available_slots: Math.max(0, slots - active),
      uptime_seconds: secondsBetween(startedAt, Date.now()),
      started_at: isoTime(startedAt),
      routes: routes.map((route) => route.queueName),
      queue_management_enabled: settings.api.enableQueueManagement,
      version: context.version,
      kill_switch: brake,
      pauses: pauses.map(wirePause),
      waiting: governor?.waiting.length ?? 0,
      anomalies: anomalies.map(wireAnomaly),
      questions: questions.map(wireQuestion),
      board: { kind: settings.board.kind, ...board },
      temporal,
    };
  },
});
