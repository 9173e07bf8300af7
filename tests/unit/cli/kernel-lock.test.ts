import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { isKernelLocked, tryKernelLock } from '../../../src/adapters/local/kernel-lock.ts';
import { knownProjects, registerProject } from '../../../src/adapters/local/project-registry.ts';

function inFolder(work: (folder: string) => void): void {
  const folder = mkdtempSync(join(tmpdir(), 'dispatch-lock-'));
  try {
    work(folder);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

test('a lock has one holder and is free again after it', () =>
  inFolder((folder) => {
    const path = join(folder, 'a.lock');
    expect(isKernelLocked(path)).toBe(false);
    const lock = tryKernelLock(path);
    expect(tryKernelLock(path)).toBeNull();
    expect(isKernelLocked(path)).toBe(true);
    lock?.release();
    expect(isKernelLocked(path)).toBe(false);
  }));

test('two projects of one name on one server are refused while the first one is there', () =>
  inFolder((folder) => {
    const env = { XDG_STATE_HOME: folder };
    const shop = { project: 'shop', server: 'local', stateDir: folder, dir: folder };
    registerProject(env, shop);
    registerProject(env, shop);
    expect(() => registerProject(env, { ...shop, stateDir: join(folder, 'b') })).toThrow(
      /lives in .* already/,
    );
    registerProject(env, { ...shop, stateDir: join(folder, 'b'), server: 'other:7233' });
    expect(knownProjects(env)).toHaveLength(2);
  }));
