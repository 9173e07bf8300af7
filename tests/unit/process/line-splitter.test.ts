import fc from 'fast-check';
import { expect, test } from 'vitest';
import { createLineSplitter } from '../../../src/adapters/process/line-splitter.ts';

function split(chunks: readonly Buffer[], lineBytesMax = 1_000) {
  const lines: [text: string, droppedBytes: number][] = [];
  const splitter = createLineSplitter(lineBytesMax, (line, dropped) => {
    lines.push([line.toString('latin1'), dropped]);
    return true;
  });
  for (const chunk of chunks) splitter.push(chunk);
  splitter.end();
  return lines;
}

const text = (...parts: string[]) => parts.map((part) => Buffer.from(part, 'latin1'));

test('a line may come in pieces, and the last one needs no end', () => {
  expect(split(text('a', 'b\nc', '\n', '\nd'))).toEqual([
    ['ab', 0],
    ['c', 0],
    ['', 0],
    ['d', 0],
  ]);
});

test('the carriage return of a line end is no part of the line', () => {
  expect(split(text('a\r', '\nb\rc\r\n'))).toEqual([
    ['a', 0],
    ['b\rc', 0],
  ]);
});

test('a line over the limit keeps its head and counts the rest (R-SYS-032)', () => {
  expect(split(text('123456', '789\nab\n1234567\n'), 5)).toEqual([
    ['12345', 4],
    ['ab', 0],
    ['12345', 2],
  ]);
});

test('nothing comes after the sink has had enough', () => {
  let calls = 0;
  const splitter = createLineSplitter(10, () => ++calls < 2);
  splitter.push(Buffer.from('a\nb\nc\nd'));
  splitter.end();
  expect(calls).toBe(2);
});

test('however a stream is cut into chunks, its lines are the same (R-ART-043)', () => {
  const bytes = fc.uint8Array({ maxLength: 60 }).map((array) => Buffer.from(array.map((byte) => byte % 16)));
  fc.assert(
    fc.property(fc.array(bytes), fc.integer({ min: 1, max: 20 }), (chunks, lineBytesMax) => {
      expect(split(chunks, lineBytesMax)).toEqual(split([Buffer.concat(chunks)], lineBytesMax));
    }),
  );
});

test('a long line in tiny chunks takes time in proportion to its length', () => {
  const chunk = Buffer.from('x');
  const startedAt = performance.now();
  const splitter = createLineSplitter(1 << 20, () => true);
  for (let count = 0; count < 2_000_000; count++) splitter.push(chunk);
  splitter.end();
  expect(performance.now() - startedAt).toBeLessThan(5_000);
});
