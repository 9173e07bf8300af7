import { type FSWatcher, watch } from 'node:fs';
import { dirname } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import {
  CONFIG_FILE_BYTES_MAX,
  CONFIG_WATCH_DEBOUNCE_MS,
  CONFIG_WATCH_FALLBACK_MS,
} from '../../core/limits.ts';
import type { Settings } from '../../core/schema/settings.ts';
import { readBounded } from '../agents-file/read-bounded.ts';
import { keepFixed } from './keep-fixed.ts';
import { type LoadConfigOptions, type LoadedConfig, loadConfig } from './load-config.ts';
import { readSharedAgents, sharedAgentsFile } from './shared-agents.ts';

/** What to watch and whom to tell. */
export interface WatchConfigOptions {
  /** The options the configuration in force was loaded with. */
  readonly load: LoadConfigOptions;
  readonly current: LoadedConfig;
  /** New settings, to be taken into use now; `needRestart` names keys whose change waits for the next start. */
  readonly onChange: (settings: Settings, change: ConfigChange) => void;
  /** The files do not load: the last good settings stay in force. Null = they load again. */
  readonly onProblem: (problem: Error | null) => void;
}

/** What else there is to say about a change. */
export interface ConfigChange {
  readonly loaded: LoadedConfig;
  readonly needRestart: readonly string[];
}

/** A running watch. */
export interface ConfigWatch {
  /** Looks now instead of at the next event. */
  check(): Promise<void>;
  close(): Promise<void>;
}

/** Tells contents apart; a file that is not there is a content too. */
async function contentOf(files: readonly string[]): Promise<string> {
  const texts = await Promise.all(files.map((file) => textOf(file).catch(() => null)));
  return JSON.stringify(texts);
}

async function textOf(file: string): Promise<string | null> {
  const read = await readBounded(file, CONFIG_FILE_BYTES_MAX);
  return read === null ? null : read.bytes.toString('latin1');
}

/** Watches folders, because editors put a new file in the place of the old one. */
function watchFolders(folders: Iterable<string>, onEvent: () => void): readonly FSWatcher[] {
  return [...folders].flatMap((folder) => {
    try {
      // Errors (a folder taken away) leave the slow look below.
      return [watch(folder, { persistent: false }, onEvent).on('error', () => undefined)];
    } catch {
      return [];
    }
  });
}

/** Reloads the configuration when a file of it changes: whole or not at all, and never twice for one content. */
export async function watchConfig(options: WatchConfigOptions): Promise<ConfigWatch> {
  const { current, onChange, onProblem } = options;
  // The same file, even when it is gone for a moment: never one from a folder above.
  const agentsFile = sharedAgentsFile(options.load.env);
  const load = { ...options.load, agentsFile, dir: dirname(current.file) };
  // What it says now is what stays in force when it is broken later.
  await readSharedAgents(agentsFile);
  let content = await contentOf(current.files);
  let inForce = current.settings;
  let broken = false;
  let closed = false;
  let debounce: NodeJS.Timeout | undefined;
  let work: Promise<void> = Promise.resolve();

  async function reload(): Promise<void> {
    const latest = await contentOf(current.files);
    if (closed || latest === content) return;
    content = latest;
    try {
      const loaded = await loadConfig(load);
      if (broken) onProblem(null);
      broken = false;
      const { settings, needRestart } = keepFixed(inForce, loaded.settings);
      if (isDeepStrictEqual(settings, inForce) && needRestart.length === 0) return;
      inForce = settings;
      onChange(settings, { loaded, needRestart });
    } catch (error) {
      broken = true;
      onProblem(error as Error);
    }
  }

  const check = (): Promise<void> => {
    work = work.then(reload);
    return work;
  };
  const watchers = watchFolders(new Set(current.files.map((file) => dirname(file))), () => {
    clearTimeout(debounce);
    debounce = setTimeout(check, CONFIG_WATCH_DEBOUNCE_MS);
  });
  const fallback = setInterval(check, CONFIG_WATCH_FALLBACK_MS).unref();
  return {
    check,
    async close() {
      closed = true;
      clearTimeout(debounce);
      clearInterval(fallback);
      for (const watcher of watchers) watcher.close();
      await work;
    },
  };
}
