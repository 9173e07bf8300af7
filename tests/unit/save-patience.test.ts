import { describe, expect, test } from 'vitest';
import { createSavePatience } from '../../src/adapters/boards/save-patience.ts';

const snapshot = (size: bigint, mtimeNs: bigint) => ({
  fingerprint: { dev: 1n, ino: 1n, size, mtimeNs, ctimeNs: mtimeNs },
  readAtMs: 0,
  text: '',
  content: new Error('broken') as never,
});

describe("how long a broken board file may be somebody's save (F19)", () => {
  let now = 0;
  const patienceAt = (looks: readonly (readonly [at: number, size: bigint, mtimeNs: bigint])[]): number => {
    const patience = createSavePatience(() => now);
    for (const [at, size, mtimeNs] of looks) {
      now = at;
      patience.broken(snapshot(size, mtimeNs));
    }
    return patience.left();
  };

  test.each([
    ['half a file', [[0, 5n, 1n]], 250],
    [
      'the same half file later',
      [
        [0, 5n, 1n],
        [200, 5n, 1n],
      ],
      50,
    ],
    [
      'a file that is written to',
      [
        [0, 5n, 1n],
        [200, 9n, 2n],
      ],
      250,
    ],
    [
      'an emptied file',
      [
        [0, 0n, 1n],
        [300, 0n, 1n],
      ],
      1_700,
    ],
    [
      'one broken file after the other',
      [
        [0, 5n, 1n],
        [4_900, 5n, 2n],
      ],
      100,
    ],
    [
      'the same, too long',
      [
        [0, 5n, 1n],
        [5_000, 5n, 2n],
      ],
      0,
    ],
  ] as const)('%s', (_name, looks, left) => {
    expect(patienceAt(looks)).toBe(left);
  });

  test('a good file begins it anew', () => {
    const patience = createSavePatience(() => now);
    now = 0;
    patience.broken(snapshot(5n, 1n));
    patience.good();
    expect(patience.left()).toBe(0);
    now = 1_000;
    patience.broken(snapshot(5n, 1n));
    expect(patience.left()).toBe(250);
  });
});
