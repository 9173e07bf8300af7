import type { GovernorNotice } from '../core/policy/governor/notices.ts';
import { utcDay } from '../core/policy/money/utc-day.ts';
import { escalateForBudget } from './escalate-budget.ts';
import type { ActivityPorts } from './ports.ts';

/** What the governor tells people of. */
export interface GovernorTellingActivities {
  /** The first task of the day that an agent's budget keeps back goes to a person (R-PROD-049). */
  escalateBudget(input: {
    readonly taskId: string;
    readonly agent: string;
    readonly text: string;
  }): Promise<void>;
  raiseNotice(notice: GovernorNotice): Promise<void>;
  resolveNotice(input: { readonly key: string }): Promise<void>;
}

export function createGovernorTellingActivities(ports: ActivityPorts): GovernorTellingActivities {
  const { records } = ports.store;
  const done = { channel: 'auto', actor: 'governor' } as const;
  return {
    async escalateBudget({ taskId, agent, text }) {
      await records.putTaskState(taskId, { anomaly: text });
      await escalateForBudget(ports, { taskId, agent, text });
      const at = Date.now();
      await records.appendAuditOnce(`escalate-budget/${agent}/${taskId}/${utcDay(at)}`, {
        ...{ ...done, at, action: 'escalate-budget' },
        ...{ subject: taskId, detail: { agent, reason: text } },
      });
    },
    async raiseNotice({ kind, action, key, subject, body, at }) {
      const detail = { subject, reason: body };
      if (action !== null)
        await records.appendAuditOnce(`told/${key}/${at}`, { ...done, at, action, subject: key, detail });
      await ports.notices.raise({ kind, key, subject, body });
    },
    async resolveNotice({ key }) {
      await ports.notices.resolve(key);
    },
  };
}
