import { type BigIntStats, fstatSync, lstatSync, readlinkSync, realpathSync, statSync } from 'node:fs';
import { dirname, resolve } from 'node:path';

/** What changes when a file is replaced or written to. */
export interface Fingerprint {
  readonly dev: bigint;
  readonly ino: bigint;
  readonly size: bigint;
  readonly mtimeNs: bigint;
  readonly ctimeNs: bigint;
}

/**
 * File times move in ticks of some milliseconds, so two writes of the same length in one tick look alike. A file
 * is known by its fingerprint only when it was read this much later than it was written.
 */
const TICK_MS_MAX = 50;

const of = ({ dev, ino, size, mtimeNs, ctimeNs }: BigIntStats): Fingerprint => ({
  dev,
  ino,
  size,
  mtimeNs,
  ctimeNs,
});

/** The fingerprint of the file behind this path, or null when there is none. */
export function fingerprintAt(path: string): Fingerprint | null {
  const stats = statSync(path, { bigint: true, throwIfNoEntry: false });
  return stats === undefined ? null : of(stats);
}

/** The fingerprint of an open file, even one that has lost its name. */
export function fingerprintOf(fd: number): Fingerprint {
  return of(fstatSync(fd, { bigint: true }));
}

/** Is it the same file with the same content, as far as a fingerprint can tell? */
export function isSame(a: Fingerprint | null, b: Fingerprint | null): boolean {
  if (a === null || b === null) return a === b;
  return a.ctimeNs === b.ctimeNs && isSameContent(a, b);
}

/** As {@link isSame}, for a file whose name was taken away in between (which sets its ctime). */
export function isSameContent(a: Fingerprint, b: Fingerprint): boolean {
  return a.mtimeNs === b.mtimeNs && a.size === b.size && a.ino === b.ino && a.dev === b.dev;
}

/** Could the file have changed since it was read at `readAtMs` (epoch) without its fingerprint showing it? */
export function isTooFresh({ mtimeNs, ctimeNs }: Fingerprint, readAtMs: number): boolean {
  const changedAtMs = Number((mtimeNs > ctimeNs ? mtimeNs : ctimeNs) / 1_000_000n);
  return changedAtMs > readAtMs - TICK_MS_MAX;
}

/** The file a path stands for when its symlinks are followed, whether it exists or not. */
export function targetOf(path: string, linksLeft = 16): string {
  const stats = lstatSync(path, { throwIfNoEntry: false });
  if (stats?.isSymbolicLink() === true && linksLeft > 0) {
    return targetOf(resolve(dirname(path), readlinkSync(path)), linksLeft - 1);
  }
  return stats === undefined ? resolve(path) : realpathSync(path);
}
