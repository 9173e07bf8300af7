import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { createBrakeFile } from '../../../src/adapters/brake/brake-file.ts';

function aBrakeFile() {
  const dir = mkdtempSync(join(tmpdir(), 'dispatch-brake-'));
  onTestFinished(() => rmSync(dir, { recursive: true, force: true }));
  return { dir, brake: createBrakeFile(join(dir, 'kill_switch')) };
}

test('only the arming that was read is lifted; one written since holds (R-SYS-019)', () => {
  const { dir, brake } = aBrakeFile();
  brake.arm('first');
  const { mark } = brake.read();
  writeFileSync(brake.path, 'again, by hand\n');
  expect(brake.lift(mark ?? '')).toBe(false);
  expect(brake.read()).toMatchObject({ armed: true, reason: 'first' });
  expect(brake.lift(brake.read().mark ?? '')).toBe(true);
  expect(brake.read()).toEqual({ armed: false, reason: null, mark: null });
  expect(readdirSync(dir)).toEqual(['kill_switch.reason']);
});

test('a linked brake file is lifted where it lies; what is no file cannot be lifted (R-PROD-060)', () => {
  const { dir, brake } = aBrakeFile();
  const real = join(dir, 'real');
  writeFileSync(real, '1\n');
  symlinkSync(real, brake.path);
  expect(brake.lift(brake.read().mark ?? '')).toBe(true);
  expect(existsSync(real)).toBe(false);
  rmSync(brake.path);
  mkdirSync(brake.path);
  expect(brake.read()).toMatchObject({ armed: true, mark: null });
});

test('a reason that cannot be written keeps nobody from arming (R-PROD-060, R-SYS-019)', () => {
  const { brake } = aBrakeFile();
  mkdirSync(`${brake.path}.reason`);
  brake.arm('too expensive');
  expect(brake.read()).toMatchObject({ armed: true });
});
