import type { AgentBreaker } from '../money/money-state.ts';
import { capText, usdText } from '../money/money-text.ts';
import type { Account } from '../money/purse.ts';
import { breakerBlock, breakerKey } from './breaker.ts';
import type { GovernorEffect } from './events.ts';

/** Something the governor did or found by itself that a person should hear of, and how the audit calls it. */
export interface GovernorNotice {
  readonly kind: 'soft-cap' | 'cap-hit' | 'kill-switch' | 'anomaly';
  /** While a notice of this key is open it is not raised again. */
  readonly key: string;
  readonly subject: string;
  readonly body: string;
  /** How the audit calls it; null = what is saved of the state tells of it there. */
  readonly action: 'soft-cap' | 'cap-hit' | 'kill_switch_armed_by_producer' | null;
  /** Epoch milliseconds. */
  readonly at: number;
}

type NoticeEffect = Extract<GovernorEffect, { kind: 'notice' }>;

/** The agent's breaker has opened. */
export function tripNotice(agent: string, breaker: AgentBreaker, at: number): NoticeEffect {
  const body = breakerBlock(agent, breaker).text;
  const key = breakerKey(agent);
  return notice({
    kind: 'anomaly',
    key,
    subject: `Agent ${agent} is stopped`,
    body,
    action: null,
    at,
  });
}

/** The kill switch was armed by nobody but us (R-PROD-063). */
export const armNotice = (reason: string, at: number): NoticeEffect =>
  notice({
    ...{ kind: 'kill-switch', key: 'kill-switch', subject: 'Kill switch armed', body: reason, at },
    action: 'kill_switch_armed_by_producer',
  });

/** A cap, and whose it is. */
export interface Capped {
  readonly account: Account;
  /** Ignored for a cap of the project. */
  readonly agent: string;
  readonly day: string;
  readonly at: number;
}

/** A share of a cap is spent at which people want to know (R-PROD-051). */
export const softCapNotice = (capped: Capped): NoticeEffect => capNotice('soft-cap', 'Soft cap', capped);

/** A cap is used up: its agents wait. */
export const capHitNotice = (capped: Capped): NoticeEffect => capNotice('cap-hit', 'Cap hit', capped);

function capNotice(kind: 'soft-cap' | 'cap-hit', title: string, { account, agent, day, at }: Capped) {
  const { cap, capMicroUsd, spentMicroUsd } = account;
  const whose = cap === 'agent' ? `agent ${agent}` : `project, ${cap}`;
  const body = `${usdText(spentMicroUsd)} of ${capText(cap, agent)}, ${usdText(capMicroUsd)}, is spent`;
  const key = `${kind}/${cap === 'agent' ? agent : `:${cap}`}/${day}`;
  return notice({ kind, key, subject: `${title}: ${whose}`, body, action: kind, at });
}

const notice = (told: GovernorNotice): NoticeEffect => ({ kind: 'notice', notice: told });
