import { ROUTE_OVERLAY_STALE_MS } from '../../core/limits.ts';
import type { Records, RouteOverlay } from '../../core/ports/store.ts';

/** What is needed to let go of changes that lost to the file. */
export interface StaleConfig {
  readonly records: Pick<Records, 'deleteRouteOverlay' | 'appendAudit'>;
  /** Milliseconds that never run backwards. */
  readonly now: () => number;
  /** Tells a person once. */
  readonly tell: (key: string, text: string) => void;
}

/**
 * The file wins over an older change. Another process may just not have read the new file yet, so such a row is
 * left out at once but deleted only after a while.
 */
export function createStaleOverlays({ records, now, tell }: StaleConfig) {
  const since = new Map<string, number>();

  async function drop({ queueName }: RouteOverlay): Promise<void> {
    since.delete(queueName);
    await records.deleteRouteOverlay(queueName);
    await records.appendAudit({
      at: Date.now(),
      channel: 'file',
      actor: 'configuration',
      action: 'drop-route-change',
      subject: queueName,
      detail: { reason: 'the configuration changed this route' },
    });
  }

  return async (stale: readonly RouteOverlay[]): Promise<void> => {
    for (const queueName of since.keys()) {
      if (!stale.some((overlay) => overlay.queueName === queueName)) since.delete(queueName);
    }
    for (const overlay of stale) {
      const { queueName, version } = overlay;
      const text = `route "${queueName}" was changed in the configuration: what the API changed no longer counts`;
      tell(`stale ${queueName} ${version}`, text);
      const first = since.get(queueName);
      if (first === undefined) since.set(queueName, now());
      else if (now() - first >= ROUTE_OVERLAY_STALE_MS) await drop(overlay);
    }
  };
}
