import type { NoticeKind, NoticePriority } from '../../schema/notice.ts';

interface KindPolicy {
  readonly priority: NoticePriority;
  readonly tag: string;
  /** What is over as soon as it has happened closes by itself after this (ms); null = somebody resolves it. */
  readonly lastsMs: number | null;
}

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

/** How pressing each kind is, ntfy's tag for it, and how long it stays open. */
export const KINDS: Readonly<Record<NoticeKind, KindPolicy>> = {
  escalation: { priority: 'high', tag: 'raising_hand', lastsMs: null },
  question: { priority: 'high', tag: 'question', lastsMs: null },
  'kill-switch': { priority: 'urgent', tag: 'octagonal_sign', lastsMs: null },
  'cap-hit': { priority: 'high', tag: 'money_with_wings', lastsMs: DAY_MS },
  'soft-cap': { priority: 'default', tag: 'moneybag', lastsMs: DAY_MS },
  'pricing-stale': { priority: 'low', tag: 'label', lastsMs: null },
  'worker-lost': { priority: 'high', tag: 'skull', lastsMs: HOUR_MS },
  anomaly: { priority: 'high', tag: 'warning', lastsMs: DAY_MS },
  idle: { priority: 'default', tag: 'hourglass', lastsMs: null },
  'back-online': { priority: 'min', tag: 'white_check_mark', lastsMs: HOUR_MS },
  'wake-up': { priority: 'default', tag: 'bulb', lastsMs: DAY_MS },
  report: { priority: 'low', tag: 'newspaper', lastsMs: DAY_MS },
};
