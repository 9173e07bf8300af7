import {
  linkSync,
  mkdirSync,
  readFileSync,
  realpathSync,
  renameSync,
  statSync,
  unlinkSync,
  watch,
  writeFileSync,
} from 'node:fs';
import { basename, dirname } from 'node:path';
import type { BrakeFile, BrakeReading } from '../../core/ports/brake-file.ts';

/** Content is small; more of it is not read. */
const REASON_LENGTH_MAX = 500;
const POLL_MS = 250;

/**
 * `1` arms and `0` or absence disarms; anything else that is there arms (C23). The reason stands in the sibling
 * `<path>.reason`.
 */
export function createBrakeFile(path: string): BrakeFile {
  const reasonPath = `${path}.reason`;

  function read(): BrakeReading {
    // Before the content: written in between, it has an older mark, which lifts nothing.
    const mark = markOf(path);
    let content: string;
    try {
      content = readFileSync(path, 'utf8').trim();
    } catch (error) {
      const absent = (error as NodeJS.ErrnoException).code === 'ENOENT';
      return absent
        ? { armed: false, reason: null, mark: null }
        : { armed: true, reason: `the brake file ${path} cannot be read`, mark };
    }
    if (content === '0') return { armed: false, reason: null, mark: null, ...releasedAt(path) };
    return {
      ...{ armed: true, mark },
      reason: readReason(reasonPath) ?? (content === '1' ? null : content.slice(0, REASON_LENGTH_MAX)),
    };
  }

  return {
    path,
    read,
    arm(reason) {
      mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
      const line = `${isoSeconds()}: ${reason.slice(0, REASON_LENGTH_MAX)}\n`;
      try {
        writeFileSync(reasonPath, line, { mode: 0o600 });
      } catch {
        // Why it is armed may be lost; that it is must not.
      }
      writeFileSync(path, '1\n', { mode: 0o600 });
    },
    disarm() {
      writeFileSync(path, '0\n', { mode: 0o600 });
    },
    lift(mark) {
      if (markOf(path) !== mark) return false;
      return removeMarked(realpathSync(path), mark);
    },
    watch(onChange, pollMs = POLL_MS) {
      let last = JSON.stringify(read());
      const look = () => {
        const reading = read();
        const now = JSON.stringify(reading);
        if (now === last) return;
        last = now;
        onChange(reading);
      };
      // The timer is the promise; the watcher only makes it quicker, and may be missing on odd file systems.
      const timer = setInterval(look, pollMs);
      timer.unref();
      const watcher = watchFolder(path, look);
      return () => {
        clearInterval(timer);
        watcher?.close();
      };
    },
  };
}

function markOf(path: string): string | null {
  const stat = statSync(path, { bigint: true, throwIfNoEntry: false });
  return stat?.isFile() === true ? `${stat.ino}-${stat.mtimeNs}-${stat.size}` : null;
}

function releasedAt(path: string): { readonly releasedAt?: number } {
  const stat = statSync(path, { throwIfNoEntry: false });
  return stat === undefined ? {} : { releasedAt: stat.mtimeMs };
}

/** Somebody may write the file at this very moment: it is set aside, looked at again, and only then removed. */
function removeMarked(path: string, mark: string): boolean {
  const aside = `${path}.${process.pid}.lifted`;
  renameSync(path, aside);
  const same = markOf(aside) === mark;
  if (!same) putBack(aside, path);
  unlinkSync(aside);
  return same;
}

function putBack(aside: string, path: string): void {
  try {
    linkSync(aside, path);
  } catch (error) {
    // A newer file is there already, and counts.
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  }
}

/** The time that stands before a reason (R-PROD-061). */
const STAMP = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ: /;

const isoSeconds = (): string => `${new Date().toISOString().slice(0, 19)}Z`;

function readReason(path: string): string | null {
  try {
    return readFileSync(path, 'utf8').trim().replace(STAMP, '').slice(0, REASON_LENGTH_MAX) || null;
  } catch {
    return null;
  }
}

function watchFolder(path: string, look: () => void) {
  try {
    const name = basename(path);
    const watcher = watch(dirname(path), { persistent: false }, (_event, changed) => {
      if (changed === null || changed === name) look();
    });
    watcher.on('error', () => watcher.close());
    return watcher;
  } catch {
    return null;
  }
}
