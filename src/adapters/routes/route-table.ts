import { AppError } from '../../core/errors.ts';
import type { PromptFunction, RouteTable } from '../../core/ports/route-table.ts';
import type { AuditEntry, Store } from '../../core/ports/store.ts';
import type { Route } from '../../core/schema/route.ts';
import type { Settings } from '../../core/schema/settings.ts';
import { createChangeQueue } from './change-queue.ts';
import { createRoute, removeRoute, renameInRoutes, updateRoute } from './change-routes.ts';
import { agentFor, type Snapshot } from './effective-routes.ts';
import { createListeners } from './listeners.ts';
import { createSnapshotCache } from './snapshot-cache.ts';

/** What a route table stands on. */
export interface RouteTableConfig {
  /** The settings in force; another object after a reload. */
  readonly settings: () => Settings;
  readonly store: Pick<Store, 'records'>;
  /** Prompt functions of code, by the queue they were registered for (R-ART-017). */
  readonly promptFunctions?: ReadonlyMap<string, PromptFunction>;
  /** Hears what a person should know: a change that lost to the file, a route that cannot be used. */
  readonly onNote?: (text: string) => void;
  /** Hears of changes the table makes by itself, after they were kept in the trail. */
  readonly onAudit?: (entry: AuditEntry) => void;
  /** Milliseconds that never run backwards; for tests. */
  readonly now?: () => number;
}

/**
 * The effective routes: those of the settings, overlaid by rows of the store's records, which survive everything
 * (R-ART-109). Whoever changes a route over an API keeps the audit row for it, because only they know the caller.
 */
export function createRouteTable(config: RouteTableConfig): RouteTable {
  const { settings, promptFunctions, now = () => performance.now(), onNote = () => {} } = config;
  const { records } = config.store;
  const listeners = createListeners(() => cache.get());
  const cache = createSnapshotCache({ settings, records, now, onNote, onChange: listeners.call });
  const change = createChangeQueue(cache);

  return {
    list: async () => (await cache.get()).routes,
    find: async (queueName) => (await cache.get()).byQueue.get(queueName)?.route ?? null,
    async agentOf(route) {
      const snapshot = await cache.get();
      const entry = snapshot.byQueue.get(route.queueName);
      // A run may outlive its route; its agent is then what the name alone says.
      if (entry !== undefined && entry.route.agent === route.agent) return entry.agent;
      return agentFor({ queue_name: route.queueName, agent: route.agent }, snapshot.settings);
    },
    promptFunction(queueName) {
      const entry = cache.last()?.byQueue.get(queueName);
      const from = entry === undefined ? queueName : entry.promptFrom;
      return from === null ? null : (promptFunctions?.get(from) ?? null);
    },
    async create(route) {
      const { after } = await change((before) => createRoute(records, before, route));
      return routeIn(after, route.queue_name);
    },
    async update(queueName, patch) {
      const { after } = await change((before) => updateRoute(records, before, { queueName, patch }));
      return routeIn(after, queueName);
    },
    async remove(queueName) {
      await change((before) => removeRoute(records, before, queueName));
    },
    async renameQueue(from, to) {
      const { made } = await change((before) => renameInRoutes(records, before, { from, to }));
      if (made.length > 0) await auditRename(config, { from, to, routes: made });
    },
    onChange: (listener) => listeners.add(listener),
  };
}

function routeIn({ byQueue }: Snapshot, queueName: string): Route {
  const found = byQueue.get(queueName);
  if (found !== undefined) return found.route;
  throw new AppError('route-not-found', `no route watches queue "${queueName}"`, { details: { queueName } });
}

async function auditRename(
  { store, onAudit }: RouteTableConfig,
  { from, to, routes }: { readonly from: string; readonly to: string; readonly routes: readonly string[] },
): Promise<void> {
  const what = { channel: 'routes', actor: 'dispatch', action: 'rename-queue-in-routes', subject: from };
  const entry = { at: Date.now(), ...what, detail: { to, routes } };
  await store.records.appendAudit(entry);
  onAudit?.(entry);
}
