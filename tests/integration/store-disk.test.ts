import { mkdirSync } from 'node:fs';
import { expect, test } from 'vitest';
import { aStateDir, canMount, childCommand, onSmallDisk, startChild } from './store-children.ts';

test.runIf(canMount)(
  'a full disk refuses writes, keeps what was acknowledged, and goes on when freed (F14)',
  async () => {
    const dir = aStateDir();
    mkdirSync(dir, { mode: 0o700 });
    const child = startChild(onSmallDisk('4m', dir, childCommand('fill', dir, 'a')));
    expect(await child.ended).toBe('0');
    const said = JSON.parse(child.lines()[0] ?? '') as Record<
      'acknowledged' | 'whileFull' | 'afterwards',
      Counts
    >;
    expect(said).toMatchObject({ codes: { records: 'storage-full', projection: 'storage-full' } });
    const { acknowledged, whileFull, afterwards } = said;
    expect(acknowledged.records).toBeGreaterThan(10);
    expect(whileFull).toEqual(acknowledged);
    expect(afterwards).toEqual({
      records: acknowledged.records + 1,
      projection: acknowledged.projection + 1,
    });
  },
);

interface Counts {
  readonly records: number;
  readonly projection: number;
}

test.runIf(canMount)('a read-only disk is named when the store is opened (F17)', async () => {
  const dir = aStateDir();
  mkdirSync(dir, { mode: 0o700 });
  const child = startChild(onSmallDisk('1m,ro', dir, childCommand('fill', dir, 'a')));
  expect(await child.ended).toMatch(/not writable/);
});
