import { expect, test } from 'vitest';
import { operations } from '../../../src/api/operations/index.ts';
import { fieldsOf } from '../../../src/cli/operation-fields.ts';
import { inputOf } from '../../../src/cli/operation-input.ts';

const named = (name: string) => {
  const operation = operations.find((one) => one.name === name);
  if (operation === undefined) throw new Error(name);
  return operation;
};

test('arguments and flags are read off the input schema', () => {
  const { positionals, flags } = fieldsOf(named('create-task'));
  expect(positionals.map(({ name, required }) => [name, required])).toEqual([
    ['queue_name', true],
    ['name', true],
    ['description', false],
  ]);
  expect(flags.map(({ name, kind }) => [name, kind])).toEqual([
    ['labels', 'list'],
    ['assignees', 'list'],
    ['parent_task_id', 'text'],
  ]);
});

test('what was typed becomes the input, defaults filled in', () => {
  expect(inputOf(named('list-runs'), { args: [], flags: { task: '12' } })).toEqual({
    task: '12',
    limit: 100,
  });
});

test('a wrong value names the flag or the argument', () => {
  expect(() => inputOf(named('list-runs'), { args: [], flags: { limit: 0 } })).toThrow(/^--limit: /);
  expect(() => inputOf(named('get-task'), { args: [''], flags: {} })).toThrow(/^<task-id>: /);
});

test('no flag of an operation hides a global one', () => {
  const globals = [
    'dir',
    'json',
    'debug',
    'quiet',
    'color',
    'project',
    'port',
    'host',
    'temporal_address',
    'namespace',
  ];
  const hidden = operations
    .filter(({ cli }) => cli !== undefined)
    .flatMap((operation) =>
      fieldsOf(operation)
        .flags.filter(({ name }) => globals.includes(name))
        .map(({ name }) => `${operation.name}: ${name}`),
    );
  expect(hidden).toEqual([]);
});
