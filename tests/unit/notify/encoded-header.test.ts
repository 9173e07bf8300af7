import { expect, test } from 'vitest';
import { encodedHeader } from '../../../src/adapters/notify/encoded-header.ts';

test.each([
  ['Team idle', 'Team idle'],
  ['Producer — Team idle', '=?utf-8?q?Producer_=E2=80=94_Team_idle?='],
  ['日本 — 日本語', '=?utf-8?b?5pel5pysIOKAlCDml6XmnKzoqp4=?='],
  ['a\r\nX-Evil: 1', 'a X-Evil: 1'],
])('the header %j is sent as %j, as upstream encodes it (R-PROD-079)', (text, expected) => {
  expect(encodedHeader(text)).toBe(expected);
});

test('a long title stays on one line, in words that may be so long (R-PROD-079)', () => {
  const title = `Producer — ${'Überschrift '.repeat(12)}`.trim();
  const encoded = encodedHeader(title);
  expect(encoded).not.toMatch(/[\r\n]/);
  const words = encoded.split(' ');
  expect(words.length).toBeGreaterThan(1);
  expect(Math.max(...words.map((word) => word.length))).toBeLessThanOrEqual(75);
  expect(words.map(decoded).join('')).toBe(title);
});

function decoded(word: string): string {
  const [, , encoding, text = ''] = word.split('?');
  if (encoding === 'b') return Buffer.from(text, 'base64').toString();
  return decodeURIComponent(text.replaceAll('_', ' ').replaceAll(/=([0-9A-F]{2})/g, '%$1'));
}
