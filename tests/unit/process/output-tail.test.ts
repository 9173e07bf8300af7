import fc from 'fast-check';
import { expect, test } from 'vitest';
import { createOutputTail } from '../../../src/adapters/process/output-tail.ts';

test('the tail is the last bytes, however they came', () => {
  fc.assert(
    fc.property(fc.array(fc.stringMatching(/^[a-z]{0,20}$/)), (parts) => {
      const tail = createOutputTail(8);
      for (const part of parts) tail.push(Buffer.from(part));
      expect(tail.text()).toBe(parts.join('').slice(-8));
    }),
  );
});

test('a character cut in two is left out, undecodable bytes are replaced (R-ART-043)', () => {
  const tail = createOutputTail(4);
  tail.push(Buffer.from('aé€x'));
  expect(tail.text()).toBe('€x');
  const odd = createOutputTail(4);
  odd.push(Buffer.from([0x61, 0xff, 0x62]));
  expect(odd.text()).toBe('a\u{fffd}b');
});
