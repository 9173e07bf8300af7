import { messageOf } from '../../core/errors.ts';
import { NOTICE_SEND_MS_MAX } from '../../core/notice-limits.ts';
import type { Trouble } from '../../core/ports/notice-channel.ts';

/** Busy, or slow, or asking to be asked later: of the 4xx only these may go better next time. */
const PASSING: ReadonlySet<number> = new Set([408, 425, 429]);

/** One POST of at most 5 s, redirects not followed: what is told, and to whom, is for the configured address alone. */
export async function post(
  url: string,
  { headers, body }: { readonly headers: Readonly<Record<string, string>>; readonly body: string },
  signal: AbortSignal,
): Promise<Trouble> {
  try {
    const response = await fetch(url, {
      ...{ method: 'POST', headers, body, redirect: 'manual' },
      signal: AbortSignal.any([signal, AbortSignal.timeout(NOTICE_SEND_MS_MAX)]),
    });
    await response.body?.cancel();
    if (response.ok) return null;
    const { status } = response;
    return { error: `answered ${status}`, retryable: status >= 500 || PASSING.has(status) };
  } catch (error) {
    return { error: reasonOf(error), retryable: true };
  }
}

/** What fetch wraps says more than "fetch failed". */
function reasonOf(error: unknown): string {
  const cause = error instanceof Error ? error.cause : undefined;
  return cause === undefined ? messageOf(error) : messageOf(cause);
}
