import type { RouteConfig } from '../core/schema/route.ts';
import type { CallContext } from './operation.ts';

/** Keeps who changed a route, and which fields; values of `env` stay out of the trail (R-ART-109). */
export async function auditRoute(
  { store, caller }: CallContext,
  action: string,
  { queue_name, env, ...fields }: Pick<RouteConfig, 'queue_name'> & Partial<RouteConfig>,
): Promise<void> {
  await store.records.appendAudit({
    at: Date.now(),
    channel: caller.channel,
    actor: caller.actor,
    action,
    subject: queue_name,
    detail: { ...fields, ...(env == null ? {} : { env_keys: Object.keys(env) }) },
  });
}
