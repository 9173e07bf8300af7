import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { z } from 'zod';
import { placesOf } from '../../../src/api/http-input.ts';
import { operations } from '../../../src/api/operations/index.ts';
import { ERROR_CODES, errorPolicy } from '../../../src/core/errors.ts';

const doc = (name: string) => readFileSync(new URL(`../../../docs/${name}`, import.meta.url), 'utf8');

const ARTIFICER = [
  'GET /status',
  'GET /agents',
  'GET /agents/:task_id',
  'GET /tasks/:task_id',
  'GET /tasks/:task_id/events',
  'POST /tasks/:task_id/comments',
  'POST /tasks/:task_id/move',
  'PATCH /tasks/:task_id',
  'POST /tasks',
  'GET /queues',
  'GET /queues/:queue_name',
  'POST /queues',
  'PATCH /queues/:queue_name',
  'DELETE /queues/:queue_name',
  'GET /routes',
  'GET /routes/:queue_name',
  'POST /routes',
  'PATCH /routes/:queue_name',
  'DELETE /routes/:queue_name',
];

/** Some operations are tools only. */
const endpoints = operations.flatMap(({ http }) => (http === undefined ? [] : [http]));

test('the 19 endpoints come first, and nothing stands twice (R-ART-077)', () => {
  const paths = endpoints.map(({ method, path }) => `${method} ${path}`);
  expect(paths.slice(0, 19)).toEqual(ARTIFICER);
  const words = operations.flatMap(({ cli }) => (cli === undefined ? [] : [cli.words.join(' ')]));
  for (const list of [paths, words, operations.map(({ name }) => name)]) {
    expect(new Set(list).size).toBe(list.length);
  }
});

test('every input field says what it is, and every binding names fields that exist', () => {
  for (const { name, input, http, cli } of operations) {
    const { properties = {} } = z.toJSONSchema(input, { io: 'input', unrepresentable: 'any' });
    for (const [field, schema] of Object.entries(properties)) {
      const described = typeof schema === 'object' && typeof schema.description === 'string';
      expect([name, field, described]).toEqual([name, field, true]);
    }
    const fields = Object.keys(input.shape);
    const used = [...(http === undefined ? [] : placesOf(http, input).params), ...(cli?.positionals ?? [])];
    expect([name, used.filter((field) => !fields.includes(field))]).toEqual([name, []]);
  }
});

test('every write asks for more than reading, and reads change nothing by method', () => {
  for (const { name, http } of operations) {
    expect([name, http?.method === 'GET']).toEqual([name, http?.access === 'read']);
  }
});

test('docs/operations.md explains every error code and no other', () => {
  const sections = [...doc('operations.md').matchAll(/^### `([a-z-]+)`/gm)].map(([, code]) => code);
  expect(sections.toSorted()).toEqual(ERROR_CODES.toSorted());
  for (const code of ERROR_CODES) {
    const { httpStatus, exitCode, retryable } = errorPolicy(code);
    const line = `HTTP ${httpStatus}, exit code ${exitCode}, retry: ${retryable ? 'yes' : 'no'}.`;
    expect(doc('operations.md')).toContain(`### \`${code}\`\n\n${line}`);
  }
});

test('docs/http-api.md lists every endpoint and no other', () => {
  const rows = [...doc('http-api.md').matchAll(/^\| `(GET|POST|PATCH|DELETE) (\/[^`]*)`/gm)].map(
    ([, method, path]) => `${method} ${path}`,
  );
  const paths = endpoints
    .flatMap(({ method, path, also = [] }) => [path, ...also].map((one) => `${method} ${one}`))
    .map((line) => line.replaceAll(/:(\w+)/g, '{$1}'));
  expect(rows.toSorted()).toEqual([...paths, 'GET /openapi.json'].toSorted());
});
