import { usdOf } from './dollars.ts';
import type { CapPeriod } from './money-state.ts';
import type { Shortage } from './purse.ts';

/** Dollars for people, exact, with cents at least: `$0.10`, `$0.0025`. */
export const usdText = (microUsd: number): string =>
  `$${usdOf(microUsd)
    .toFixed(6)
    .replace(/0{1,4}$/, '')}`;

/** Which cap, for people. */
export const capText = (cap: 'agent' | CapPeriod, agent: string): string =>
  cap === 'agent' ? `the daily cap of agent "${agent}"` : `the ${cap} cap of the project`;

const GOES_ON: Readonly<Record<Shortage['cap'], string>> = {
  agent: 'at 00:00 UTC or with a higher cap',
  daily: 'at 00:00 UTC or with a higher cap',
  monthly: 'next month or with a higher cap',
  total: 'with a higher cap',
};

/** Why money keeps a run of this agent back, in one sentence with what helps (R-PROD-049). */
export function shortageText(shortage: Shortage): string {
  const { cap, agent, capMicroUsd, spentMicroUsd, heldMicroUsd, neededMicroUsd, isFee = false } = shortage;
  const what = capText(cap, agent);
  const limit = usdText(capMicroUsd);
  if (capMicroUsd === 0)
    return cap === 'agent'
      ? `agent "${agent}" is disabled: its daily cap is ${limit}`
      : `${what} is ${limit}`;
  const needs = isFee
    ? `the fee of a dispatch is ${usdText(neededMicroUsd)}`
    : `a run of "${agent}" reserves ${usdText(neededMicroUsd)}`;
  if (neededMicroUsd > capMicroUsd) return `${needs}, more than ${what}, ${limit}`;
  const held = heldMicroUsd === 0 ? '' : `, ${usdText(heldMicroUsd)} held for runs under way`;
  const spent = `${usdText(spentMicroUsd)} of ${limit} spent${held}`;
  return `${what} is used up: ${spent}, and ${needs}; it goes on ${GOES_ON[cap]}`;
}
