import { expect, test } from 'vitest';
import { createStyle, wantsColour } from '../../../src/cli/style.ts';

const terminal = { flag: undefined, isTTY: true };

test('a terminal gets colours, a pipe does not', () => {
  expect(wantsColour({ ...terminal, env: { TERM: 'xterm' } })).toBe(true);
  expect(wantsColour({ ...terminal, isTTY: false, env: {} })).toBe(false);
});

test('NO_COLOR, TERM=dumb and --no-color turn colours off', () => {
  expect(wantsColour({ ...terminal, env: { NO_COLOR: '1' } })).toBe(false);
  expect(wantsColour({ ...terminal, env: { TERM: 'dumb' } })).toBe(false);
  expect(wantsColour({ flag: false, isTTY: true, env: { FORCE_COLOR: '1' } })).toBe(false);
});

test('FORCE_COLOR turns them on for a pipe and NO_COLOR wins over it', () => {
  expect(wantsColour({ ...terminal, isTTY: false, env: { FORCE_COLOR: '1' } })).toBe(true);
  expect(wantsColour({ ...terminal, env: { FORCE_COLOR: '1', NO_COLOR: '1' } })).toBe(false);
  expect(wantsColour({ ...terminal, env: { FORCE_COLOR: '0' } })).toBe(false);
});

test('without colours a text stays as it is', () => {
  expect(createStyle(false).bad('text')).toBe('text');
  expect(createStyle(true).bad('text')).toBe('\u001b[31mtext\u001b[39m');
});
