import { DETAILS_BYTES_MAX, SUMMARY_BYTES_MAX } from '../limits.ts';
import type { Brake, GovernorState, Pause } from './governor/state.ts';
import { capOf, isBudgeted } from './money/caps.ts';
import { usdText } from './money/money-text.ts';
import { truncateUtf8 } from './utf8.ts';

/** What a task workflow shows of itself. */
export interface TaskView {
  readonly taskName: string;
  /** In a word or two: `waiting`, `running`, `dead-lettered`. */
  readonly state: string;
  readonly queueName?: string | null;
  readonly agent?: string | null;
  readonly runId?: string | null;
  readonly attempt?: number;
  readonly reason?: string | null;
}

/** One line for the Temporal Web UI that never changes; longer ones are refused there. */
export function staticSummary(text: string): string {
  return truncateUtf8(oneLine(text), SUMMARY_BYTES_MAX);
}

/** The present state of a task as short markdown for the Temporal Web UI. */
export function taskDetails({ taskName, state, queueName, agent, runId, attempt, reason }: TaskView): string {
  const facts: (string | null)[] = [
    `**${oneLine(state)}**: ${oneLine(taskName)}`,
    fact('reason', reason),
    fact('queue', queueName),
    fact('agent', agent),
    fact('run', runId),
    fact('attempt', attempt === undefined ? null : String(attempt)),
  ];
  return bounded(facts);
}

/** The present state of the governor as short markdown for the Temporal Web UI. */
export function governorDetails(state: GovernorState): string {
  const leases = Object.values(state.leases);
  const pools = Object.entries(state.pools).map(([pool, { limit }]) => {
    const used = leases.filter((lease) => lease.pool === pool).length;
    return fact(`pool ${pool}`, `${used} leases, limit ${limit}`);
  });
  const hosts = Object.values(state.hosts).map(({ hostId, slots, ackedEpoch }) =>
    fact(`host ${hostId}`, `${slots} slots, epoch ${ackedEpoch ?? 'none'}`),
  );
  return bounded([
    brakeLine(state.brake),
    ...pools,
    fact('spent today', spentLine(state)),
    ...Object.entries(state.breaker?.agents ?? {}).map(([agent, { trippedAt }]) =>
      trippedAt === null ? null : fact('stopped for failing', agent),
    ),
    fact('waiting', String(state.waiting.length)),
    ...state.pauses.map(pauseLine),
    ...hosts,
  ]);
}

function spentLine({ budget }: GovernorState): string | null {
  if (budget === undefined || !isBudgeted(budget)) return null;
  const cap = capOf(budget, { scope: 'project', period: 'daily' });
  return `${usdText(budget.spent.day)}${cap === null ? '' : ` of ${usdText(cap)}`}`;
}

function brakeLine({ armed, epoch, by, reason }: Brake): string {
  if (!armed) return `**running** (epoch ${epoch})`;
  return `**brake armed** by ${oneLine(by ?? 'unknown')}: ${oneLine(reason ?? 'no reason given')} (epoch ${epoch})`;
}

function pauseLine({ scope, name, by, reason, until }: Pause): string | null {
  const what = scope === 'project' ? 'project' : `${scope} ${name}`;
  const end = until === undefined ? '' : ` until ${new Date(until).toISOString()}`;
  return fact('paused', `${what}${end}, by ${by}${reason === null ? '' : `: ${reason}`}`);
}

const fact = (name: string, value: string | null | undefined): string | null =>
  value === null || value === undefined ? null : `- ${name}: ${oneLine(value)}`;

/** The bound comes before joining into one text, so that a long list is cut at a line. */
const bounded = (lines: readonly (string | null)[]): string =>
  truncateUtf8(lines.filter((line) => line !== null).join('\n'), DETAILS_BYTES_MAX);

const oneLine = (text: string): string => text.replaceAll(/\s+/g, ' ').trim();
