import { expect, test } from 'vitest';
import { parseDarwinTable } from '../../../src/adapters/process/darwin-table.ts';
import { parseProcessStat } from '../../../src/adapters/process/process-stat.ts';
import {
  createProcessTable,
  findMarker,
  type ProcessRow,
} from '../../../src/adapters/process/process-table.ts';
import { membersOf } from '../../../src/adapters/process/sweep.ts';

const row = (pid: number, fields: Partial<ProcessRow> = {}): ProcessRow => {
  return { pid, parent: 1, session: pid, startTime: '7', runId: null, ...fields };
};
const pidsOf = (rows: readonly ProcessRow[]) => rows.map(({ pid }) => pid);

const statLine = (state: string, { threads = 1, memory = 4096 } = {}) =>
  `42 (a) Z (b c) ${state} 5 6 7 0 -1 1 2 3 4 5 6 7 8 9 20 0 ${threads} 0 987654 ${memory} 12 13`;

test('a stat line is read past any name (R-SYS-033)', () => {
  expect(parseProcessStat(statLine('S'))).toEqual({
    dead: false,
    reapable: false,
    parent: 5,
    session: 7,
    startTime: '987654',
  });
  expect(parseProcessStat('')).toBeNull();
});

test('dead is what can run no code any more, not what lost its first thread (R-SYS-033)', () => {
  const dead = (...args: Parameters<typeof statLine>) => parseProcessStat(statLine(...args))?.dead;
  expect(dead('Z')).toBe(true);
  expect(dead('D', { memory: 0 })).toBe(true);
  expect(dead('D')).toBe(false);
  expect(dead('Z', { threads: 2, memory: 0 })).toBe(false);
});

test('PID 1 that waits for the last of its namespace has not ended, although its memory is gone (R-SYS-033)', () => {
  expect(parseProcessStat(statLine('S', { memory: 0 }))).toMatchObject({ dead: true, reapable: false });
  expect(parseProcessStat(statLine('Z', { memory: 0 }))).toMatchObject({ dead: true, reapable: true });
});

test('the marker is a whole variable, wherever it stands', () => {
  expect(findMarker(Buffer.from('A=1\0DISPATCH_RUN_ID=r-1\0B=2\0'))).toBe('r-1');
  expect(findMarker(Buffer.from('DISPATCH_RUN_ID=r-2'))).toBe('r-2');
  expect(findMarker(Buffer.from('X=DISPATCH_RUN_ID=no\0MY_DISPATCH_RUN_ID=no\0DISPATCH_RUN_ID=r-3\0'))).toBe(
    'r-3',
  );
  expect(findMarker(Buffer.from('X=DISPATCH_RUN_ID=no\0'))).toBeNull();
});

test('a run is what carries its marker, lives in its session, or descends from that', () => {
  const rows = [
    row(10, { session: 10 }),
    row(11, { session: 10 }),
    row(12, { runId: 'r' }),
    row(13, { parent: 12 }),
    row(14, { parent: 13 }),
    row(15, { runId: 'other' }),
    row(16),
  ];
  expect(pidsOf(membersOf({ runId: 'r', leader: { pid: 10, startTime: '7' } }, rows))).toEqual([
    10, 11, 12, 13, 14,
  ]);
});

test('a pid that was given to somebody else makes no members (R-SYS-033)', () => {
  const rows = [row(10, { session: 10, startTime: '99' }), row(11, { session: 10 })];
  expect(membersOf({ runId: 'r', leader: { pid: 10, startTime: '7' } }, rows)).toEqual([]);
});

test('this process is never a member', () => {
  expect(membersOf({ runId: 'r' }, [row(process.pid, { runId: 'r' })])).toEqual([]);
});

test('all who ask before a scan begins share it, and a later one sees a later scan', async () => {
  let scans = 0;
  const table = createProcessTable(async () => [row(++scans)]);
  const [one, two] = await Promise.all([table(), table()]);
  expect([pidsOf(one), pidsOf(two), pidsOf(await table())]).toEqual([[1], [1], [2]]);
});

test('the table of macOS is read from ps', () => {
  const text = `  501     1   501 Ss   Fri Nov 21 11:32:07 2025     /bin/sh agent.sh PATH=/bin DISPATCH_RUN_ID=r-1 HOME=/x
  502   501   501 Z    Fri Nov  1 11:32:07 2025     (sh)
  503     1   503 S+   Fri Nov  1 11:32:07 2025     sleep 5
`;
  expect(parseDarwinTable(text)).toEqual([
    { pid: 501, parent: 1, session: 501, startTime: 'Fri Nov 21 11:32:07 2025', runId: 'r-1' },
    { pid: 503, parent: 1, session: 503, startTime: 'Fri Nov  1 11:32:07 2025', runId: null },
  ]);
});
