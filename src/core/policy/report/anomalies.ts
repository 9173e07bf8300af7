import type { ReportFacts } from './facts.ts';
import { usd } from './usd.ts';

/** From this share of the alarm on the day's spend is worth a word (R-PROD-075). */
const ALARM_SHARE = 0.8;
const HOUR_MS = 3_600_000;
/** Waiting longer than this is told. */
const OLD_MS = 24 * HOUR_MS;
const NAMED_MAX = 5;

/** What should be looked at: upstream's four first, in its words, then ours. */
export function anomalies(facts: ReportFacts): readonly string[] {
  return [...ofUpstream(facts), ...ofWork(facts), ...ofMoney(facts)];
}

function* ofUpstream({ brake, inProgress, failedPending, spentMicroUsd, caps }: ReportFacts) {
  if (brake.armed) yield '**Kill switch is currently ARMED.** Investigate before resume.';
  if (inProgress.count > 0) yield `${inProgress.count} task(s) still in_progress at report time.`;
  if (failedPending > 0) yield `${failedPending} task(s) currently in failed state pending retry.`;
  const alarm = caps.alarmMicroUsd;
  if (alarm > 0 && spentMicroUsd >= alarm * ALARM_SHARE)
    yield `Total project spend at ${usd(spentMicroUsd)} — ${((spentMicroUsd / alarm) * 100).toFixed(0)}% of soft alarm.`;
}

function* ofWork(facts: ReportFacts) {
  const { stuck, blocked, oldestWaiting, hotSpots, unmoved, at } = facts;
  if (stuck.length > 0)
    yield `${stuck.length} task(s) stuck: ${named(stuck, ({ id, minutes }) => `\`${id}\`${minutes === null ? ' (nothing works on it)' : ` (${minutes} min)`}`)}.`;
  if (blocked > 0) yield `${blocked} task(s) wait for others that are not done.`;
  if (oldestWaiting !== null && at - oldestWaiting.since > OLD_MS)
    yield `Oldest waiting task \`${oldestWaiting.id}\` (${oldestWaiting.agent}) is ${Math.floor((at - oldestWaiting.since) / HOUR_MS)} h old.`;
  if (hotSpots.length > 0)
    yield `Tried again and again: ${named(hotSpots, ({ id, agent, retryCount }) => `\`${id}\` (${agent}, ${retryCount} retries)`)}.`;
  if (unmoved.length > 0)
    yield `${unmoved.length} task(s) finished and were not moved: ${named(unmoved, (id) => `\`${id}\``)}.`;
}

function* ofMoney({ unknownCosts, shipped, spentMicroUsd, previous }: ReportFacts) {
  if (unknownCosts > 0)
    yield `The cost of ${unknownCosts} run(s) is unknown; what was held for them is booked.`;
  // A day without a report before it has nothing to be compared with.
  if (previous === null || previous.shipped === 0 || shipped.count === 0) return;
  const now = spentMicroUsd / shipped.count;
  const before = previous.spentMicroUsd / previous.shipped;
  if (before > 0 && now >= 2 * before)
    yield `A shipped task costs ${usd(now)}, ${(now / before).toFixed(1)} times what it did on ${previous.date}.`;
}

const named = <T>(items: readonly T[], text: (item: T) => string): string =>
  [
    ...items.slice(0, NAMED_MAX).map(text),
    ...(items.length > NAMED_MAX ? [`${items.length - NAMED_MAX} more`] : []),
  ].join(', ');
