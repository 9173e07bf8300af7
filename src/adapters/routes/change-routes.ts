import { AppError } from '../../core/errors.ts';
import type { Records } from '../../core/ports/store.ts';
import { type Route, RouteConfig } from '../../core/schema/route.ts';
import { checkFree, checkRoom, checkRoute } from './check-route.ts';
import type { EffectiveRoute, Snapshot } from './effective-routes.ts';
import { fileRoutes, type OverlayFields, readFields } from './overlay.ts';
import { writtenRoutes } from './route-source.ts';

type Put = Pick<Records, 'putRouteOverlay' | 'deleteRouteOverlay'>;

const FIELDS = Object.keys(RouteConfig.shape);
/** Fields that hold the name of a queue, beside the route's own. */
const QUEUE_FIELDS = [
  ['in_progress_queue', 'inProgressQueue'],
  ['completed_queue', 'completedQueue'],
  ['dead_letter_queue', 'deadLetterQueue'],
] as const satisfies readonly (readonly [keyof RouteConfig, keyof Route])[];

function must(queueName: string, { byQueue }: Snapshot): EffectiveRoute {
  const found = byQueue.get(queueName);
  if (found !== undefined) return found;
  throw new AppError('route-not-found', `no route watches queue "${queueName}"`, { details: { queueName } });
}

const fileOf = ({ settings }: Snapshot) => fileRoutes(writtenRoutes(settings));

/** The fields set so far, unless the file has changed underneath them. */
function fieldsSoFar(queueName: string, { overlays, stale }: Snapshot): OverlayFields {
  const overlay = overlays.find((one) => one.queueName === queueName);
  return overlay === undefined || stale.includes(overlay) ? {} : (readFields(overlay) ?? {});
}

async function put(
  records: Put,
  snapshot: Snapshot,
  queueName: string,
  fields: OverlayFields,
): Promise<void> {
  const baseHash = fileOf(snapshot).get(fields._from ?? queueName)?.hash ?? null;
  await records.putRouteOverlay({ queueName, fields: JSON.stringify(fields), baseHash });
}

/** Adds a route; what it does not say is inherited from the globals, never from a route deleted before. */
export async function createRoute(records: Put, snapshot: Snapshot, config: RouteConfig): Promise<void> {
  const checked = checkRoute(config, snapshot.settings);
  checkFree(checked.queue_name, snapshot);
  checkRoom(snapshot);
  const unset = Object.fromEntries(FIELDS.map((field) => [field, null]));
  const fields = { ...unset, ...checked, _order: snapshot.nextOrder } as OverlayFields;
  await put(records, snapshot, checked.queue_name, fields);
}

/** Changes the given fields; null = inherit again. */
export async function updateRoute(
  records: Put,
  snapshot: Snapshot,
  change: { readonly queueName: string; readonly patch: Partial<RouteConfig> },
): Promise<void> {
  const { queueName } = change;
  const present = must(queueName, snapshot);
  const { queue_name: _ignored, ...patch } = change.patch;
  const given = Object.fromEntries(Object.entries(patch).filter(([, value]) => value !== undefined));
  const checked = checkRoute({ ...present.config, ...given }, snapshot.settings);
  const set = Object.fromEntries(
    Object.keys(given).map((key) => [key, checked[key as keyof RouteConfig] ?? null]),
  );
  await put(records, snapshot, queueName, { ...fieldsSoFar(queueName, snapshot), ...set } as OverlayFields);
}

/** Takes a route away; one of the file's stays away until the file changes it. */
export async function removeRoute(records: Put, snapshot: Snapshot, queueName: string): Promise<void> {
  must(queueName, snapshot);
  const base = fileOf(snapshot).get(queueName);
  if (base === undefined) await records.deleteRouteOverlay(queueName);
  else await records.putRouteOverlay({ queueName, fields: null, baseHash: base.hash });
}

/** The patch that makes a route follow a queue to its new name; null = it does not use that queue. */
function follow({ route }: EffectiveRoute, from: string, to: string): Partial<RouteConfig> | null {
  const fields = QUEUE_FIELDS.filter(([, field]) => route[field] === from).map(([key]) => [key, to]);
  return fields.length === 0 ? null : Object.fromEntries(fields);
}

/** Routes and their references follow a queue that was renamed (R-ART-104). */
export async function renameInRoutes(
  records: Put,
  snapshot: Snapshot,
  { from, to }: { readonly from: string; readonly to: string },
): Promise<readonly string[]> {
  if (from === to) return [];
  const changed: string[] = [];
  if (snapshot.byQueue.has(from)) checkFree(to, snapshot);
  for (const one of snapshot.byQueue.values()) {
    const queueName = one.config.queue_name;
    const patch = follow(one, from, to);
    if (queueName !== from && patch === null) continue;
    changed.push(queueName);
    const fields = { ...fieldsSoFar(queueName, snapshot), ...patch };
    if (queueName !== from) {
      await put(records, snapshot, queueName, fields);
      continue;
    }
    const files = fileOf(snapshot);
    const source = fields._from ?? (files.has(from) && fields._order === undefined ? from : undefined);
    // First the new name: a crash in between leaves two routes, of which one watches a queue that is gone.
    await put(records, snapshot, to, {
      ...fields,
      queue_name: to,
      ...(source === undefined ? {} : { _from: source }),
    });
    await removeRoute(records, snapshot, from);
  }
  return changed;
}
