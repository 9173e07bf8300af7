import { expect, test } from 'vitest';
import { redact, secretsOf } from '../../../../src/core/policy/notices/redact.ts';

test.each([
  ['key sk-ant-api03-abcdefghijklmnop is bad', 'key [redacted] is bad'],
  ['ghp_abcdefghijklmnopqrst', '[redacted]'],
  ['Authorization: Bearer abcdefghijklmnop', 'Authorization: Bearer [redacted]'],
  ['password=hunter22 and more', 'password=[redacted] and more'],
  ['"api_key": "abcd1234"', '"api_key": "[redacted]"'],
  ['https://me:pass@example.org/x', 'https://[redacted]@example.org/x'],
  ['-----BEGIN RSA PRIVATE KEY-----\nMIIE\n-----END RSA PRIVATE KEY-----', '[redacted]'],
  ['eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0In0.abc', '[redacted]'],
])('%j goes out as %j (R-PROD-079)', (text, expected) => {
  expect(redact(text, [])).toBe(expected);
});

test('ordinary words stay as they are', () => {
  const text = 'The token budget of task 12 is spent; see https://example.org/task-skip-me and basic rules.';
  expect(redact(text, [])).toBe(text);
});

test('values of the environment that are secrets by name never go out (R-PROD-079)', () => {
  const secrets = secretsOf({
    NTFY_TOKEN: 'canary-1234',
    HOME: '/home/me',
    SHORT_TOKEN: 'abc',
    X: undefined,
  });
  expect(secrets).toEqual(['canary-1234']);
  expect(redact('it said canary-1234 twice: canary-1234', secrets)).toBe(
    'it said [redacted] twice: [redacted]',
  );
});
