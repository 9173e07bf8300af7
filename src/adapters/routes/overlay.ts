import { z } from 'zod';
import type { RouteOverlay } from '../../core/ports/store.ts';
import { RouteConfig } from '../../core/schema/route.ts';
import { hashOfWritten } from './route-source.ts';

/** Fields set over an API, and what the table must remember about the row itself. */
const OverlayFields = RouteConfig.partial().extend({
  /** Queue of the file's route this one was renamed from. */
  _from: z.string().optional(),
  /** Order among routes that only an API made. */
  _order: z.int().optional(),
});
export type OverlayFields = z.infer<typeof OverlayFields>;

/** A route as it counts, before globals are filled in. */
export interface WrittenRoute {
  readonly config: RouteConfig;
  readonly origin: 'code' | 'api';
  /** Queue under which code may have registered a prompt function; null = the template counts. */
  readonly promptFrom: string | null;
}

/** What file and overlays make together. */
export interface Overlaid {
  readonly routes: readonly WrittenRoute[];
  /** Overlays made against a route that the file has changed since: the file wins. */
  readonly stale: readonly RouteOverlay[];
  /** Next value of `_order`. */
  readonly nextOrder: number;
}

/** Reads a row's fields; null = the route is deleted. */
export function readFields(overlay: RouteOverlay): OverlayFields | null {
  return overlay.fields === null ? null : OverlayFields.parse(JSON.parse(overlay.fields));
}

interface FileRoute {
  readonly config: RouteConfig;
  readonly hash: string;
  readonly index: number;
}

/** The file's routes by queue. */
export function fileRoutes(written: readonly RouteConfig[]): ReadonlyMap<string, FileRoute> {
  return new Map(
    written.map((config, index) => [config.queue_name, { config, index, hash: hashOfWritten(config) }]),
  );
}

function isStale(overlay: RouteOverlay, from: string, files: ReadonlyMap<string, FileRoute>): boolean {
  if (overlay.baseHash !== (files.get(from)?.hash ?? null)) return true;
  // Renamed over an API to a queue for which the file now has a route of its own.
  return from !== overlay.queueName && files.has(overlay.queueName);
}

/** Puts what an API changed over what the file says (R-ART-109). */
export function overlayRoutes(written: readonly RouteConfig[], overlays: readonly RouteOverlay[]): Overlaid {
  const files = fileRoutes(written);
  const places = new Map<string, { readonly place: number; readonly route: WrittenRoute }>();
  for (const [queueName, { config, index }] of files) {
    places.set(queueName, { place: index, route: { config, origin: 'code', promptFrom: queueName } });
  }
  const stale: RouteOverlay[] = [];
  let nextOrder = 0;
  for (const overlay of overlays) {
    const fields = readFields(overlay);
    const from = fields?._from ?? overlay.queueName;
    if (isStale(overlay, from, files)) {
      stale.push(overlay);
      continue;
    }
    if (fields === null) {
      places.delete(overlay.queueName);
      continue;
    }
    const { _from, _order = 0, ...set } = fields;
    nextOrder = Math.max(nextOrder, _order + 1);
    const base = files.get(from);
    const template = Object.hasOwn(set, 'prompt_template');
    places.set(overlay.queueName, {
      place: base?.index ?? written.length + _order,
      route: {
        config: { ...base?.config, ...set, queue_name: overlay.queueName },
        origin: base === undefined ? 'api' : 'code',
        promptFrom: base === undefined || template ? null : from,
      },
    });
  }
  const routes = [...places.values()].toSorted((a, b) => a.place - b.place).map(({ route }) => route);
  return { routes, stale, nextOrder };
}
