import { stallText } from '../idle/stall.ts';
import type { ReportFacts } from './facts.ts';
import { code, type Inline, type Line, line, lineMarkdown, strong } from './line.ts';
import { perTask } from './money-sections.ts';
import { usd } from './usd.ts';

/** From this share of the alarm on the day's spend is worth a word (R-PROD-075). */
const ALARM_SHARE = 0.8;
const HOUR_MS = 3_600_000;
/** Waiting longer than this is told. */
const OLD_MS = 24 * HOUR_MS;
const NAMED_MAX = 5;

/** What should be looked at: upstream's four first, in its words, then ours. */
export function foundAnomalies(facts: ReportFacts): readonly Line[] {
  return [...ofUpstream(facts), ...ofWork(facts), ...ofMoney(facts)];
}

/** The same as Markdown. */
export const anomalies = (facts: ReportFacts): readonly string[] => foundAnomalies(facts).map(lineMarkdown);

function* ofUpstream(facts: ReportFacts): Generator<Line> {
  const { brake, inProgress, failedPending, spentMicroUsd, caps } = facts;
  if (brake.armed) yield [strong('Kill switch is currently ARMED.'), ' Investigate before resume.'];
  if (inProgress.count > 0) yield [`${inProgress.count} task(s) still in_progress at report time.`];
  if (failedPending > 0) yield [`${failedPending} task(s) currently in failed state pending retry.`];
  const alarm = caps.alarmMicroUsd;
  if (alarm > 0 && spentMicroUsd >= alarm * ALARM_SHARE) {
    const share = ((spentMicroUsd / alarm) * 100).toFixed(0);
    yield [`Total project spend at ${usd(spentMicroUsd)} — ${share}% of soft alarm.`];
  }
}

function* ofWork(facts: ReportFacts): Generator<Line> {
  const { stuck, stall, blocked, oldestWaiting, hotSpots, denied, unmoved, at } = facts;
  if (stuck.length > 0)
    yield [
      `${stuck.length} task(s) stuck: `,
      ...named(stuck, ({ id, minutes }) => [
        code(id),
        minutes === null ? ' (nothing works on it)' : ` (${minutes} min)`,
      ]),
    ];
  if (stall.length > 0)
    yield [
      `Nothing is left to do. Last to end without filing a task: ${line(stall.map(stallText).join('. '))}.`,
    ];
  if (blocked > 0) yield [`${blocked} task(s) wait for others that are not done.`];
  if (oldestWaiting !== null && at - oldestWaiting.since > OLD_MS) {
    const { id, agent, since } = oldestWaiting;
    yield ['Oldest waiting task ', code(id), ` (${agent}) is ${Math.floor((at - since) / HOUR_MS)} h old.`];
  }
  if (hotSpots.length > 0)
    yield [
      'Tried again and again: ',
      ...named(hotSpots, ({ id, agent, retryCount }) => [code(id), ` (${agent}, ${retryCount} retries)`]),
    ];
  if (denied.length > 0)
    yield [
      'Tools were denied: ',
      ...named(denied, ({ agent, tool, runs }) => [
        code(line(tool)),
        ` (${line(agent)}, ${runs} ${runs === 1 ? 'run' : 'runs'})`,
      ]),
    ];
  if (unmoved.length > 0)
    yield [`${unmoved.length} task(s) finished and were not moved: `, ...named(unmoved, (id) => [code(id)])];
}

function* ofMoney(facts: ReportFacts): Generator<Line> {
  const { unknownCosts, shipped, spentMicroUsd, previous } = facts;
  if (unknownCosts > 0)
    yield [`The cost of ${unknownCosts} run(s) is unknown; what was held for them is booked.`];
  // A day without a report before it has nothing to be compared with.
  const now = perTask({ shipped: shipped.count, spentMicroUsd });
  const before = previous === null ? null : perTask(previous);
  if (previous === null || now === null || before === null || before === 0 || now < 2 * before) return;
  const times = (now / before).toFixed(1);
  yield [`A shipped task costs ${usd(now)}, ${times} times what it did on ${previous.date}.`];
}

/** The first few, and how many more there are. */
function named<T>(items: readonly T[], words: (item: T) => Line): readonly Inline[] {
  const rest = items.length - NAMED_MAX;
  const listed = items
    .slice(0, NAMED_MAX)
    .flatMap((item, index) => [...(index === 0 ? [] : [', ']), ...words(item)]);
  return [...listed, rest > 0 ? `, ${rest} more.` : '.'];
}
