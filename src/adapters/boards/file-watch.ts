import { type FSWatcher, watch } from 'node:fs';
import { basename, dirname, resolve } from 'node:path';
import { type Fingerprint, fingerprintAt, isSame, isTooFresh, targetOf } from '../files/file-fingerprint.ts';

/** Tells everyone who asked when a file changed. */
export interface FileWatch {
  subscribe(listener: () => void): () => void;
  close(): void;
}

/**
 * Watches folders, not the file: editors and our own writes replace it. A look at the file each `pollMs` finds
 * what the events missed and is all there is where events do not work. Never keeps the process alive.
 */
export function createFileWatch({ path, pollMs }: { path: string; pollMs: number }): FileWatch {
  const listeners = new Set<() => void>();
  let stop: (() => void) | null = null;
  const announce = (): void => {
    for (const listener of listeners) listener();
  };
  return {
    subscribe(onChange) {
      // A function of its own for each call: two may subscribe the same one.
      const listener = (): void => onChange();
      listeners.add(listener);
      stop ??= startWatching(path, pollMs, announce);
      return () => {
        listeners.delete(listener);
        if (listeners.size > 0) return;
        stop?.();
        stop = null;
      };
    },
    close() {
      listeners.clear();
      stop?.();
      stop = null;
    },
  };
}

function startWatching(path: string, pollMs: number, announce: () => void): () => void {
  let seen = stateOf(path);
  let queued: NodeJS.Immediate | null = null;
  let watched: WatchedFolders | null = null;

  const look = (isEvent: boolean): void => {
    const now = stateOf(path);
    const changed = !isSame(seen, now);
    seen = now;
    // Right after a write an event can stand for a change that the times of the file do not show.
    if (changed || (isEvent && now !== null && isTooFresh(now, Date.now()))) announce();
  };
  const onEvent = (): void => {
    queued ??= setImmediate(() => {
      queued = null;
      look(true);
    });
  };
  const renew = (): void => {
    const folders = foldersOf(path);
    if (watched?.key === folders.key) return;
    watched?.stop();
    watched = watchFolders(folders, onEvent, () => {
      watched = null;
    });
  };
  renew();
  const timer = setInterval(() => {
    renew();
    look(false);
  }, pollMs).unref();
  return () => {
    clearInterval(timer);
    if (queued !== null) clearImmediate(queued);
    watched?.stop();
  };
}

interface Folders {
  /** Changes when a folder is replaced or a link points elsewhere. */
  readonly key: string;
  readonly files: ReadonlyMap<string, string>;
}

interface WatchedFolders {
  readonly key: string;
  readonly stop: () => void;
}

/** The folders whose entries decide what the path means: its own and, behind a link, that of the target. */
function foldersOf(path: string): Folders {
  const files = new Map<string, string>();
  for (const file of [resolve(path), safeTarget(path)]) files.set(dirname(file), basename(file));
  const key = Array.from(files, ([folder, name]) => `${folder}/${name}:${stateOf(folder)?.ino ?? ''}`).join(
    ' ',
  );
  return { key, files };
}

function watchFolders(
  { key, files }: Folders,
  onEvent: () => void,
  onFailure: () => void,
): WatchedFolders | null {
  const watchers: FSWatcher[] = [];
  const stop = (): void => {
    for (const watcher of watchers) watcher.close();
  };
  try {
    for (const [folder, name] of files) {
      const watcher = watch(folder, { persistent: false }, (_event, changed) => {
        if (changed === null || changed === name) onEvent();
      });
      watchers.push(watcher);
      watcher.on('error', () => {
        stop();
        onFailure();
      });
    }
    return { key, stop };
  } catch {
    // No watch to be had (limit of the system, network folder): the timer looks at the file and tries again.
    stop();
    return null;
  }
}

function stateOf(path: string): Fingerprint | null {
  try {
    return fingerprintAt(path);
  } catch {
    return null;
  }
}

function safeTarget(path: string): string {
  try {
    return targetOf(path);
  } catch {
    return resolve(path);
  }
}
