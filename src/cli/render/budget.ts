import { microUsdOf } from '../../core/policy/money/dollars.ts';
import { usdText } from '../../core/policy/money/money-text.ts';
import type { Output } from '../output.ts';
import type { Style } from '../style.ts';
import { type Column, renderTable } from './table.ts';
import { coloured, orDash } from './words.ts';

type Row = Readonly<Record<string, unknown>>;
type Out = Pick<Output, 'style' | 'columns'>;

const usd = (title: string, name: string): Column<Row> => ({
  title,
  text: (row) => (typeof row[name] === 'number' ? usdText(microUsdOf(row[name])) : '-'),
});
const text = (title: string, name: string): Column<Row> => ({ title, text: (row) => orDash(row[name]) });

const columns = (style: Style, first: Column<Row>): readonly Column<Row>[] => [
  first,
  ...[usd('SPENT', 'spent_usd'), usd('HELD', 'reserved_usd'), usd('CAP', 'cap_usd'), usd('LEFT', 'left_usd')],
  { title: 'STATE', text: (row) => coloured(String(row.state), style), styled: true },
];

/** `dispatch budget show`: the project's caps, then agents, then who is stopped. */
export function renderBudget(answer: Row, out: Out): string {
  const rows = (name: string) => answer[name] as readonly Row[];
  const project = renderTable(rows('project'), columns(out.style, text('PROJECT', 'period')), out);
  const perAgent = [...columns(out.style, text('AGENT', 'agent')), usd('A RUN RESERVES', 'run_reserves_usd')];
  const agents = rows('agents').length === 0 ? 'No agent has a cap or has spent anything.' : null;
  const stopped = rows('stopped').map((row) => {
    const until = row.until === null ? 'one run tries now' : `one run tries at ${row.until}`;
    return `Agent ${row.agent} is stopped after ${row.failures} failures; ${until}. All go on with: dispatch resume`;
  });
  const parts = [`UTC day ${answer.day}`, project, agents ?? renderTable(rows('agents'), perAgent, out)];
  return [...parts, ...(stopped.length === 0 ? [] : [stopped.join('\n')])].join('\n\n');
}

/** `dispatch budget set`. */
export function renderCap(answer: Row): string {
  const whose = answer.name === 'project' ? 'The project' : `Agent ${answer.name}`;
  const period = String(answer.period);
  if (answer.cap_usd === null) return `${whose} has no ${period} cap any more.`;
  return `${whose}: ${period} cap ${usdText(microUsdOf(Number(answer.cap_usd)))}, from now on.`;
}
