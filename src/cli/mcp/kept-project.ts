import { statSync } from 'node:fs';
import { isDeepStrictEqual } from 'node:util';
import type { LoadedConfig } from '../../adapters/config/load-config.ts';
import { serverAddress } from '../../adapters/temporal/server-address.ts';
import type { Project } from '../../compose.ts';
import { AppError, messageOf } from '../../core/errors.ts';
import type { Log } from '../../core/ports/log.ts';
import type { Cli } from '../cli.ts';
import { load } from '../read-config.ts';
import { findFolder } from './find-folder.ts';

/** A project as it stands at this moment. */
export interface OpenProject {
  readonly project: Project;
  /** Why the configuration as it stands was not taken; the last good one is in force. */
  readonly warning: string | null;
}

/** One project, held open over many calls. */
export interface KeptProject {
  /** Opens it at the first call, and anew when its configuration or its server has changed since. */
  current(): Promise<OpenProject>;
  close(): Promise<void>;
}

interface Held {
  readonly project: Project;
  readonly loaded: LoadedConfig;
  readonly stamp: string;
}

/** Nothing is watched and nothing waits: each call looks at a few file times. */
export function keepProject(cli: Cli, log: Log): KeptProject {
  let folder: string | null = null;
  let held: Held | null = null;
  let line: Promise<unknown> = Promise.resolve();
  /** Calls under way may still use them. */
  const retired: Project[] = [];

  const read = async (): Promise<LoadedConfig> => {
    folder ??= await findFolder(cli);
    const globals = { ...cli.globals, dir: folder };
    return load({ ...cli, globals }, false);
  };
  const open = async (loaded: LoadedConfig, stamp: string): Promise<Held> => {
    const { openProject } = await import('../../compose.ts');
    const project = await openProject({ settings: loaded.settings, env: cli.io.env, log });
    if (held !== null) retired.push(held.project);
    return { project, loaded, stamp };
  };
  const renew = async (last: Held, stamp: string): Promise<Held> => {
    const loaded = stamp === last.stamp ? last.loaded : await read();
    const { address } = await serverAddress(loaded.settings, cli.io.env);
    const isSame =
      address === last.project.server.address && isDeepStrictEqual(loaded.settings, last.loaded.settings);
    return isSame ? { ...last, loaded, stamp } : open(loaded, stamp);
  };
  const look = async (): Promise<OpenProject> => {
    if (held === null) {
      const loaded = await read();
      held = await open(loaded, stampOf(loaded.files));
      return { project: held.project, warning: null };
    }
    try {
      held = await renew(held, stampOf(held.loaded.files));
      return { project: held.project, warning: null };
    } catch (error) {
      if (!(error instanceof AppError)) throw error;
      return { project: held.project, warning: messageOf(error) };
    }
  };

  return {
    current() {
      const next = line.then(look);
      line = next.catch(() => undefined);
      return next;
    },
    async close() {
      await line;
      await Promise.all([...retired, ...(held === null ? [] : [held.project])].map((one) => one.close()));
    },
  };
}

/** What changes when one of the files is saved. */
function stampOf(files: readonly string[]): string {
  return files
    .map((file) => {
      const stats = statSync(file, { bigint: true, throwIfNoEntry: false });
      return stats === undefined ? '-' : `${stats.mtimeNs}:${stats.size}:${stats.ino}`;
    })
    .join(' ');
}
