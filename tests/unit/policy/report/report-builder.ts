import type { ReportFacts } from '../../../../src/core/policy/report/facts.ts';

export const AT = Date.UTC(2026, 10, 21, 18, 0, 0);

/** A day on which nothing happened, but for the fields given. */
export function aReport(fields: Partial<ReportFacts> = {}): ReportFacts {
  return {
    ...{ title: 'Shop', date: '2026-11-21', at: AT, source: 'ledger', pricesOldDays: null },
    ...{ caps: { alarmMicroUsd: 0, ceilingMicroUsd: null }, besideMicroUsd: 0 },
    ...{ brake: { armed: false, reason: null }, stuck: [], unknownCosts: 0, unmoved: [] },
    ...{ questions: [], previous: null, shipped: { count: 0, listed: [], byAgent: [] } },
    ...{ signOff: { count: 0, listed: [] }, failed: [], spentMicroUsd: 0, spend: [], assets: [], drift: [] },
    ...{ inProgress: { count: 0, listed: [] }, failedPending: 0, blocked: 0, oldestWaiting: null },
    ...{ hotSpots: [], denied: [], stall: [] },
    ...fields,
  } as ReportFacts;
}
