import type { Client } from '@temporalio/client';
import { LEASE_GUARD_PROBE_MS } from '../../core/limits.ts';
import type { HostState } from '../../core/ports/host-state.ts';
import type { Log } from '../../core/ports/log.ts';

/**
 * Asks the server every 2 s whether it is there. When it has not been for `fenceMs`, this host ends its agents before somebody else may start them; shorter outages touch nothing. Durations are
 * monotonic, so a clock jump means nothing.
 */
export function startLeaseGuard(client: Client, host: HostState, log: Log, fenceMs: number): () => void {
  let lastAnswer = performance.now();
  let asking = false;
  let fenced = false;

  async function ask(): Promise<void> {
    if (asking) return;
    asking = true;
    try {
      await client.withDeadline(Date.now() + LEASE_GUARD_PROBE_MS, () =>
        client.workflowService.getSystemInfo({}),
      );
      lastAnswer = performance.now();
      if (fenced) log.warn({ hostId: host.hostId }, 'server is back');
      fenced = false;
    } catch {
      // Silence is what is measured.
    } finally {
      asking = false;
    }
  }
  function look(): void {
    void ask();
    const silentMs = performance.now() - lastAnswer;
    if (silentMs < fenceMs || fenced) return;
    fenced = true;
    log.error(
      { hostId: host.hostId, silentMs, runs: host.runs().length },
      'server lost: ending agents before it gives them away',
    );
    host.stopAll('fence');
  }
  const timer = setInterval(look, LEASE_GUARD_PROBE_MS);
  timer.unref();
  return () => clearInterval(timer);
}
