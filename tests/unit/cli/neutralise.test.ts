import { expect, test } from 'vitest';
import { neutralise, oneLine, safeJson } from '../../../src/cli/neutralise.ts';

test('control characters become visible, lines and tabs stay (R-SYS-032)', () => {
  expect(neutralise('a\u001b[2Jb\u0007\tc\nd\r\ne\u007f\u009b')).toBe('a␛[2Jb␇\tc\nd\ne␡<9b>');
});

test('characters that turn the reading order around become visible (R-SYS-032)', () => {
  expect(neutralise('user\u202enimda')).toBe('user<202e>nimda');
});

test('a cell is one line', () => {
  expect(oneLine(' a\nb\tc ')).toBe('a b c');
});

test('JSON carries no character a terminal acts on and reads back as it was', () => {
  const value = { text: '\u001b[31m\u009b\u2028x' };
  expect(safeJson(value)).toMatch(/^[\u0020-\u007e]+$/);
  expect(JSON.parse(safeJson(value))).toEqual(value);
});
