import { monitorEventLoopDelay } from 'node:perf_hooks';
import { LIST_PAGE_MAX } from '../core/limits.ts';
import { ROUTES_POOL } from '../core/policy/pools.ts';
import type { EventTail } from '../core/ports/event-tail.ts';
import { createCounter, gauge, type Metric, renderText } from './metrics-registry.ts';
import type { OperationContext } from './operation.ts';

const NANOSECONDS = 1e9;

/** Requests answered by this process, by status. */
export const httpRequests = createCounter(
  'dispatch_http_requests_total',
  'HTTP requests by status',
  'status',
);

const runsEnded = createCounter('dispatch_runs_total', 'Agent runs that ended, by outcome', 'outcome');
const retries = createCounter('dispatch_retries_total', 'Retries of agent runs');

type LoopDelay = ReturnType<typeof monitorEventLoopDelay>;
let loopDelay: LoopDelay | null = null;
const counted = new WeakSet<EventTail>();

/** Starts to count what can only be counted as it happens; from the first look on, so nobody pays for it unasked. */
function startCounting({ events }: OperationContext): void {
  loopDelay ??= startLoopDelay();
  if (counted.has(events)) return;
  counted.add(events);
  events.subscribe((batch) => {
    for (const { type, data } of batch) {
      if (type === 'end') runsEnded.add(String(data.outcome ?? 'unknown'));
      if (type === 'retry') retries.add();
    }
  });
}

/** The histogram's timer holds no process open. */
function startLoopDelay(): LoopDelay {
  const histogram = monitorEventLoopDelay({ resolution: 20 });
  histogram.enable();
  return histogram;
}

/** All metrics as text; read from board, store and this process, never from Temporal. */
export async function renderMetrics(context: OperationContext): Promise<string> {
  startCounting(context);
  const { version, startedAt } = context;
  return renderText([
    gauge('dispatch_build_info', 'Version', [{ labels: { version }, value: 1 }]),
    gauge('dispatch_uptime_seconds', 'Seconds since start', (Date.now() - startedAt) / 1000),
    ...(await boardMetrics(context)),
    ...(await storeMetrics(context)),
    runsEnded.read(),
    retries.read(),
    httpRequests.read(),
    ...processMetrics(),
  ]);
}

async function boardMetrics({ board, routes }: OperationContext): Promise<Metric[]> {
  const [queues, all] = await Promise.all([board.listQueues(), routes.list()]);
  const dead = new Set(all.map((route) => route.deadLetterQueue));
  const count = queues.filter(({ name }) => dead.has(name)).reduce((sum, queue) => sum + queue.taskCount, 0);
  return [
    gauge(
      'dispatch_queue_tasks',
      'Tasks in a queue',
      queues.map(({ name, taskCount }) => ({ labels: { queue: name }, value: taskCount })),
    ),
    gauge('dispatch_dead_letters', 'Tasks in dead-letter queues', count),
  ];
}

async function storeMetrics({ store, settings }: OperationContext): Promise<Metric[]> {
  const [running, waiting, governor] = await Promise.all([
    store.projection.listRuns({ status: 'running', limit: LIST_PAGE_MAX }),
    store.records.listTaskStates({ status: ['waiting'], limit: LIST_PAGE_MAX }),
    store.records.loadGovernor(),
  ]);
  const slots = governor?.pools[ROUTES_POOL]?.limit ?? settings.pools[ROUTES_POOL] ?? 0;
  const used = running.filter((run) => run.surface === 'route').length;
  const reasons = new Map<string, number>();
  for (const { blockedCode } of waiting) {
    const reason = blockedCode ?? 'unknown';
    reasons.set(reason, (reasons.get(reason) ?? 0) + 1);
  }
  return [
    gauge('dispatch_running_agents', 'Agents that run now', running.length),
    gauge('dispatch_free_slots', 'Slots of routes that are free', Math.max(0, slots - used)),
    gauge('dispatch_brake_armed', '1 while the kill switch is armed', governor?.brake.armed ? 1 : 0),
    gauge(
      'dispatch_waiting_tasks',
      'Tasks that wait, by reason',
      [...reasons].map(([reason, value]) => ({ labels: { reason }, value })),
    ),
  ];
}

function processMetrics(): Metric[] {
  const delay = loopDelay === null || loopDelay.count === 0 ? null : loopDelay;
  const seconds = (nanoseconds: number): number => nanoseconds / NANOSECONDS;
  return [
    gauge('dispatch_event_loop_delay_seconds', 'Delay of the event loop since the first look', [
      { labels: { quantile: '0.5' }, value: delay === null ? 0 : seconds(delay.percentile(50)) },
      { labels: { quantile: '0.99' }, value: delay === null ? 0 : seconds(delay.percentile(99)) },
    ]),
    gauge('dispatch_resident_memory_bytes', 'Resident memory', process.memoryUsage.rss()),
  ];
}
