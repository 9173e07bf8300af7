import fc from 'fast-check';
import { expect, test } from 'vitest';
import { parseJsonBody } from '../../../src/api/json-body.ts';
import { isDeeperThan } from '../../../src/api/json-depth.ts';

const bytes = (text: string) => new TextEncoder().encode(text);
const depthOf = (value: unknown): number =>
  typeof value === 'object' && value !== null ? 1 + Math.max(0, ...Object.values(value).map(depthOf)) : 0;

test('the depth scan agrees with the parsed value for every JSON text', () => {
  fc.assert(
    fc.property(fc.jsonValue({ maxDepth: 6 }), fc.integer({ min: 0, max: 7 }), (value, depthMax) => {
      expect(isDeeperThan(bytes(JSON.stringify(value)), depthMax)).toBe(depthOf(value) > depthMax);
    }),
    { numRuns: 500 },
  );
});

test('any object of JSON comes through unchanged, but for prototype keys', () => {
  fc.assert(
    fc.property(fc.dictionary(fc.string(), fc.jsonValue({ maxDepth: 3 })), (value) => {
      const text = JSON.stringify(value);
      if (text.includes('__proto__')) return;
      expect(parseJsonBody(bytes(text))).toEqual(JSON.parse(text));
    }),
    { numRuns: 500 },
  );
  const parsed = parseJsonBody(bytes('{"a":{"__proto__":{"x":1}},"\\u005f_proto__":{"y":1}}'));
  expect(JSON.stringify(parsed)).toBe('{"a":{}}');
});

test('nothing, spaces and a byte order mark are an empty or plain object', () => {
  expect([parseJsonBody(bytes('')), parseJsonBody(bytes(' \n')), parseJsonBody(bytes('\uFEFF{}'))]).toEqual([
    {},
    {},
    {},
  ]);
});
