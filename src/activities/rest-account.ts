import { messageOf } from '../core/errors.ts';
import { accountRest } from '../core/policy/account.ts';
import type { AgentOutcome } from '../core/schema/agent-outcome.ts';
import type { ActivityPorts } from './ports.ts';

/** Says whether a run ended because its account has no more; then the account rests before anybody hears of that end (R-SYS-021). */
export async function restAccount(
  { governor, log }: Pick<ActivityPorts, 'governor' | 'log'>,
  account: string | null,
  outcome: AgentOutcome,
): Promise<boolean> {
  const rest = account === null ? null : accountRest(outcome, Date.now());
  if (account === null || rest === null) return false;
  try {
    await governor.restAccount({ account, ...rest });
    log.warn({ account, until: new Date(rest.until).toISOString() }, 'usage limit of an account: it rests');
    return true;
  } catch (error) {
    log.warn({ account, error: messageOf(error) }, 'usage limit of an account not passed on');
    return false;
  }
}
