import type { OpenItem, ReportFacts } from './facts.ts';
import { code, em, line, strong } from './line.ts';
import { item, orElse, type Part, type Section, text } from './parts.ts';
import { usd } from './usd.ts';

/** So many shipped tasks are named, as upstream does. */
const SHIPPED_LISTED_MAX = 10;
/** Tries after which a task is given up (R-PROD-041). */
const TRIES_MAX = 3;

/** What was done. */
export function shipped({ shipped: { count, listed, byAgent }, source }: ReportFacts): Section {
  const title = `Shipped overnight (${count} tasks)`;
  if (count === 0) return { title, parts: [text(em('No tasks completed in the last 24h.'))] };
  const named = listed.slice(0, SHIPPED_LISTED_MAX);
  const rest = count - named.length;
  const where = source === 'ledger' ? 'ledger' : code('dispatch runs list');
  const tasks = named.map((task) => {
    const cost = task.microUsd === null ? 'cost unknown' : usd(task.microUsd);
    return item(strong(line(task.title)), ` — ${line(task.agent)} (${cost}). `, code(task.id));
  });
  const agents = byAgent.map((one) => `${line(one.agent)}=${one.count}`).join(', ');
  return {
    title,
    parts: [
      ...tasks,
      ...(rest > 0 ? [item(em(`(+${rest} more — see `, where, ')'))] : []),
      text(`By agent: ${agents}`),
    ],
  };
}

/** What waits for a person. */
export function signOff({ signOff: { count, listed }, questions }: ReportFacts): Section {
  const rest = count - listed.length;
  const more = rest > 0 ? [item(em(`(+${rest} more)`))] : [];
  return {
    title: 'Awaiting your sign-off',
    parts: orElse([...listed.map(openItem), ...more, ...questions.map(openItem)], 'No escalations.'),
  };
}

/** What no further try can help; no section when there is none. */
export function hardFailed({ failed }: ReportFacts): readonly Section[] {
  if (failed.length === 0) return [];
  const parts = failed.map(({ retryCount, reason, ...rest }) =>
    openItem({ ...rest, reason: `retry ${retryCount}/${TRIES_MAX}: ${reason}` }),
  );
  return [{ title: 'Hard-failed (retries exhausted, awaiting human triage)', parts }];
}

/** What was made. */
export const assets = (facts: ReportFacts): Section => ({
  title: 'Assets registered today',
  parts: orElse(
    facts.assets.map(({ type, count, microUsd }) =>
      item(`${line(type)}: ${count} pieces / ${usd(microUsd)}`),
    ),
    'None.',
  ),
});

const openItem = ({ agent, title, reason, id }: OpenItem): Part =>
  item(strong(`[${line(agent)}] ${line(title)}`), ` — ${line(reason)} `, code(id));
