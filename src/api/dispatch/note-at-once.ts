import type { DispatchRequest, DispatchResult } from '../../core/schema/dispatch.ts';
import type { CallContext } from '../operation.ts';

/** Notes a call that was answered without a run: refused, or by a kept answer (R-ADX-027). Never rejects. */
export function noteAtOnce(
  { usage }: Pick<CallContext, 'usage'>,
  { agent, caller }: Pick<DispatchRequest, 'agent' | 'caller'>,
  { result, cached }: { readonly result: DispatchResult; readonly cached: boolean },
): Promise<void> {
  return usage.note({ agent, caller, result, cached, at: Date.now(), wallMs: 0 });
}
