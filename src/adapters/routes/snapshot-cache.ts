import { messageOf } from '../../core/errors.ts';
import { ROUTES_MAX, ROUTES_VERSION_CHECK_MS } from '../../core/limits.ts';
import type { Records } from '../../core/ports/store.ts';
import type { Settings } from '../../core/schema/settings.ts';
import { type Snapshot, takeSnapshot } from './effective-routes.ts';
import { createStaleOverlays } from './stale-overlays.ts';

/** What the cache reads from and reports to. */
export interface SnapshotConfig {
  readonly settings: () => Settings;
  readonly records: Records;
  /** Milliseconds that never run backwards. */
  readonly now: () => number;
  readonly onNote: (text: string) => void;
  readonly onChange: () => void;
}

/** The present routes, cheap to ask for. */
export interface SnapshotCache {
  /** At most {@link ROUTES_VERSION_CHECK_MS} behind other processes, never behind this one. */
  get(): Promise<Snapshot>;
  /** Reads everything again; around a change of our own. */
  reload(): Promise<Snapshot>;
  /** What the last answer was, for callers that cannot wait. */
  last(): Snapshot | null;
}

/** Caches the effective routes by settings and version of the overlays. */
export function createSnapshotCache({
  settings,
  records,
  now,
  onNote,
  onChange,
}: SnapshotConfig): SnapshotCache {
  let snapshot: Snapshot | null = null;
  let checkedAt = Number.NEGATIVE_INFINITY;
  let reading: Promise<Snapshot> | null = null;
  const told = new Set<string>();
  const tell = (key: string, text: string): void => {
    if (told.has(key)) return;
    if (told.size >= ROUTES_MAX) told.clear();
    told.add(key);
    onNote(text);
  };
  const dropStale = createStaleOverlays({ records, now, tell });

  async function read(force: boolean): Promise<Snapshot> {
    const present = settings();
    // The version first: a change between the two reads is then seen by the next check.
    const version = await records.routesVersion();
    checkedAt = now();
    let latest = snapshot;
    if (force || latest?.settings !== present || latest.version !== version) {
      const overlays = await records.listRouteOverlays();
      latest = takeSnapshot(present, version, overlays, (queueName, error) =>
        tell(`broken ${queueName} ${version}`, `route "${queueName}" is left out: ${messageOf(error)}`),
      );
      const before = snapshot;
      snapshot = latest;
      const changed = before !== null && (before.settings !== present || before.version !== version);
      if (changed) onChange();
    }
    await dropStale(latest.stale);
    return latest;
  }

  function start(force: boolean): Promise<Snapshot> {
    const started = read(force).finally(() => {
      if (reading === started) reading = null;
    });
    reading = started;
    return started;
  }

  return {
    async get() {
      const fresh = snapshot?.settings === settings() && now() - checkedAt < ROUTES_VERSION_CHECK_MS;
      return fresh && snapshot !== null && reading === null ? snapshot : (reading ?? start(false));
    },
    async reload() {
      await reading?.catch(() => undefined);
      return start(true);
    },
    last: () => snapshot,
  };
}
