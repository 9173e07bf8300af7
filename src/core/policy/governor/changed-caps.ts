import { CAP_PERIODS, capOf } from '../money/caps.ts';
import type { BudgetState, CapTarget } from '../money/money-state.ts';
import { capNoticeKey } from './notices.ts';

/** What was told of a cap that has changed since. */
interface ToldCap {
  /** As it is remembered. */
  readonly key: string;
  /** The key of its notice. */
  readonly notice: string;
}

const KINDS = { hit: 'cap-hit', soft: 'soft-cap' } as const;
const AGENT = 'agent/';

/** What was told today of caps that are others now. */
export function changedCaps(before: BudgetState | undefined, budget: BudgetState): readonly ToldCap[] {
  if (before === undefined || before.day !== budget.day) return [];
  return budget.told.flatMap((key) => {
    const told = parse(key);
    if (told === null || capOf(before, told.target) === capOf(budget, told.target)) return [];
    const { kind, target } = told;
    const [cap, agent] = target.scope === 'agent' ? (['agent', target.name] as const) : [target.period, ''];
    return [{ key, notice: capNoticeKey(kind, { cap, agent, day: budget.day }) }];
  });
}

function parse(key: string): { readonly kind: 'cap-hit' | 'soft-cap'; readonly target: CapTarget } | null {
  const at = key.indexOf(':');
  const sort = key.slice(0, at);
  const whose = key.slice(at + 1);
  if (sort !== 'hit' && sort !== 'soft') return null;
  const kind = KINDS[sort];
  if (whose.startsWith(AGENT)) return { kind, target: { scope: 'agent', name: whose.slice(AGENT.length) } };
  const period = CAP_PERIODS.find((one) => one === whose);
  return period === undefined ? null : { kind, target: { scope: 'project', period } };
}
