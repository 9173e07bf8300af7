import { expect, test } from 'vitest';
import { operations } from '../../../src/api/operations/index.ts';
import { LIST_VIEWS } from '../../../src/cli/render/lists.ts';
import { renderAnswer } from '../../../src/cli/render/render-answer.ts';
import { renderTable } from '../../../src/cli/render/table.ts';
import { duration } from '../../../src/cli/render/words.ts';
import { createStyle } from '../../../src/cli/style.ts';

const out = { style: createStyle(false), columns: 80 };

test('a table is cut to the terminal, never wrapped', () => {
  const rows = [{ name: 'x'.repeat(200), id: '1' }];
  const columns = [
    { title: 'ID', text: (row: { id: string }) => row.id },
    { title: 'NAME', text: (row: { name: string }) => row.name },
  ];
  const lines = renderTable(rows, columns as never, { ...out, columns: 40 }).split('\n');
  expect(lines).toHaveLength(2);
  expect(Math.max(...lines.map((line) => line.length))).toBeLessThanOrEqual(40);
  expect(lines[1]).toContain('…');
});

test('without a terminal a table is not cut', () => {
  const columns = [{ title: 'NAME', text: (row: string) => row }];
  expect(renderTable(['x'.repeat(300)], columns, { ...out, columns: Number.POSITIVE_INFINITY })).toContain(
    'x'.repeat(300),
  );
});

test('what agents and boards say cannot move the cursor (R-SYS-032)', () => {
  const tasks = [
    {
      id: '1',
      name: '\u001b[2Jgone\nnext',
      queue_name: 'Todo',
      state: 'idle',
      retry_count: 0,
      waiting_reason: null,
    },
  ];
  const text = renderAnswer('list-tasks', tasks, out);
  expect(text).not.toContain('\u001b');
  expect(text).toContain('␛[2Jgone next');
});

test('an empty list says so', () => {
  for (const [name, { empty }] of Object.entries(LIST_VIEWS)) expect(renderAnswer(name, [], out)).toBe(empty);
});

test('every list on the command line has a table of its own', () => {
  const lists = operations.filter(({ cli, name }) => cli !== undefined && name.startsWith('list-'));
  expect(lists.map(({ name }) => name).filter((name) => LIST_VIEWS[name] === undefined)).toEqual([]);
});

test.each([
  [0.84, '840 ms'],
  [2.44, '2.4 s'],
  [42, '42 s'],
  [185, '3 min 5 s'],
  [7800, '2 h 10 min'],
  [349_200, '4 d 1 h'],
])('%s seconds are %s', (seconds, text) => {
  expect(duration(seconds)).toBe(text);
});
