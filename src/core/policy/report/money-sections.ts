import type { AgentSpend, ReportFacts, ReportTotals } from './facts.ts';
import { em, type Line, line, strong } from './line.ts';
import { item, itemOver, type Section } from './parts.ts';
import { usd, usdExact } from './usd.ts';

/** What it cost, against what it may. */
export function spend(facts: ReportFacts): Section {
  const { spentMicroUsd, caps, besideMicroUsd } = facts;
  const kill = caps.ceilingMicroUsd === null ? 'no ceiling' : `${usd(caps.ceilingMicroUsd)} kill ceiling`;
  const bounds =
    caps.alarmMicroUsd === 0 && caps.ceilingMicroUsd === null
      ? ''
      : ` / ${usd(caps.alarmMicroUsd)} alarm / ${kill}`;
  return {
    title: 'Spend',
    parts: [
      itemOver(['Today: ', strong(usd(spentMicroUsd)), bounds], facts.spend.map(agentLine)),
      ...(besideMicroUsd > 0 ? [item(`Of that beside the ledger, in calls: ${usd(besideMicroUsd)}`)] : []),
    ],
  };
}

function agentLine({ agent, spentMicroUsd, capMicroUsd, softCapMicroUsd }: AgentSpend): Line {
  const spent = `${line(agent)}: ${usd(spentMicroUsd)}`;
  if (capMicroUsd === 0) return [spent];
  const share = `${spent} / ${usd(capMicroUsd)} (${((spentMicroUsd / capMicroUsd) * 100).toFixed(0)}%)`;
  if (spentMicroUsd >= capMicroUsd) return [`${share} `, strong('[CAP HIT]')];
  return spentMicroUsd >= softCapMicroUsd ? [`${share} `, em('(soft cap)')] : [share];
}

/** How far the price table is from what was charged; no section when nothing was charged. */
export function drift(facts: ReportFacts): readonly Section[] {
  if (facts.drift.length === 0) return [];
  const parts = facts.drift.map(({ agent, computedMicroUsd, actualMicroUsd }) => {
    const delta = actualMicroUsd > 0 ? ((computedMicroUsd - actualMicroUsd) / actualMicroUsd) * 100 : 0;
    const costs = `computed=${usdExact(computedMicroUsd)}, actual=${usdExact(actualMicroUsd)}`;
    return item(`${line(agent)}: ${costs} (Δ ${signed(delta, delta.toFixed(1))}%)`);
  });
  return [{ title: 'Pricing drift (computed vs actual, API-mode tasks)', parts }];
}

/** The day's figures against those of the report before; no section on a day of which there are none (R-PROD-075). */
export function trend({ shipped, spentMicroUsd, previous }: ReportFacts): readonly Section[] {
  const now = { shipped: shipped.count, spentMicroUsd };
  const cost = perTask(now);
  if (previous === null && cost === null) return [];
  const before = previous === null ? null : perTask(previous);
  const change = (difference: number, digits: string) =>
    previous === null ? '' : ` (${signed(difference, digits)})`;
  const tasks = now.shipped - (previous?.shipped ?? 0);
  const spent = now.spentMicroUsd - (previous?.spentMicroUsd ?? 0);
  const was = before === null ? '' : ` (before: ${usd(before)})`;
  return [
    {
      title: previous === null ? 'Trend' : `Trend since ${previous.date}`,
      parts: [
        item(`Shipped: ${now.shipped}${change(tasks, String(tasks))}`),
        item(`Spent: ${usd(spentMicroUsd)}${change(spent, signedUsd(spent))}`),
        item(`A shipped task: ${cost === null ? 'none' : usd(cost)}${was}`),
      ],
    },
  ];
}

/** Micro-dollars of the day for each shipped task; null = none was shipped. */
export const perTask = ({ shipped, spentMicroUsd }: Omit<ReportTotals, 'date'>): number | null =>
  shipped === 0 ? null : spentMicroUsd / shipped;

const signed = (value: number, digits: string): string => (value < 0 ? digits : `+${digits}`);
const signedUsd = (microUsd: number): string => (microUsd < 0 ? `-${usd(-microUsd)}` : usd(microUsd));
