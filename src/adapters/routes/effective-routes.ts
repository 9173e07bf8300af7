import { homedir } from 'node:os';
import { join, resolve } from 'node:path';
import { resolveAgent } from '../../core/policy/resolve-agent.ts';
import { resolveRoute } from '../../core/policy/resolve-route.ts';
import type { RouteOverlay } from '../../core/ports/store.ts';
import type { AgentSpec, Route, RouteConfig } from '../../core/schema/route.ts';
import type { Settings } from '../../core/schema/settings.ts';
import { overlayRoutes, type WrittenRoute } from './overlay.ts';
import { writtenRoutes } from './route-source.ts';

/** A route as it counts now, with what it was made of. */
export interface EffectiveRoute extends WrittenRoute {
  readonly route: Route;
  readonly agent: AgentSpec;
}

/** All routes as they count now; rebuilt when settings or overlays change. */
export interface Snapshot {
  readonly settings: Settings;
  readonly version: number;
  readonly routes: readonly Route[];
  readonly byQueue: ReadonlyMap<string, EffectiveRoute>;
  readonly overlays: readonly RouteOverlay[];
  readonly stale: readonly RouteOverlay[];
  readonly nextOrder: number;
}

/** The agent of a written route; its folder is relative to the configuration's. */
export function agentFor(config: RouteConfig, settings: Settings): AgentSpec {
  const agent = resolveAgent(config, settings);
  if (agent.cwd === null) return agent;
  const home = agent.cwd === '~' || agent.cwd.startsWith('~/');
  return { ...agent, cwd: home ? join(homedir(), agent.cwd.slice(1)) : resolve(settings.baseDir, agent.cwd) };
}

/** Fills in what routes inherit. A route an API made for an agent that is gone since is left out and reported. */
export function takeSnapshot(
  settings: Settings,
  version: number,
  overlays: readonly RouteOverlay[],
  onBroken: (queueName: string, error: unknown) => void,
): Snapshot {
  const { routes: written, stale, nextOrder } = overlayRoutes(writtenRoutes(settings), overlays);
  const byQueue = new Map<string, EffectiveRoute>();
  for (const one of written) {
    try {
      const route = resolveRoute(one.config, settings, byQueue.size, one.origin);
      byQueue.set(route.queueName, { ...one, route, agent: agentFor(one.config, settings) });
    } catch (error) {
      onBroken(one.config.queue_name, error);
    }
  }
  const routes = [...byQueue.values()].map(({ route }) => route);
  return { settings, version, routes, byQueue, overlays, stale, nextOrder };
}
