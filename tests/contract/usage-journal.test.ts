import { spawn, spawnSync } from 'node:child_process';
import {
  appendFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { createMcpServers, mcpServersDir } from '../../src/adapters/local/mcp-servers.ts';
import { usageJournalPath } from '../../src/adapters/usage/usage-files.ts';
import { createUsageJournal } from '../../src/adapters/usage/usage-journal.ts';
import { USAGE_JOURNAL_BYTES_MAX } from '../../src/core/limits.ts';
import type { UsageNote } from '../../src/core/ports/usage-journal.ts';
import { until } from '../helpers/processes.ts';
import { aResult } from './job-builders.ts';

let root = '';
let path = '';
let warnings: string[] = [];
let enabled = true;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'dispatch-usage-'));
  path = join(root, 'config', 'usage.jsonl');
  warnings = [];
  enabled = true;
});
afterEach(() => rmSync(root, { recursive: true }));

const journal = () =>
  createUsageJournal({
    path,
    isEnabled: async () => enabled,
    onWarning: (message) => warnings.push(message),
  });
const aNote = (more: Partial<UsageNote> = {}): UsageNote => ({
  agent: 'infra',
  caller: '',
  result: aResult(),
  at: 1_767_225_600_500,
  wallMs: 2_000,
  ...more,
});
const lines = () => readFileSync(path, 'utf8').trimEnd().split('\n');

test('the journal is usage.jsonl beside agents.yaml, or the file named (R-ADX-027)', () => {
  expect(usageJournalPath({}, '/home/me/agents.yaml')).toBe('/home/me/usage.jsonl');
  expect(usageJournalPath({ AGENT_DISPATCH_USAGE_LOG: '/srv/log' }, '/home/me/agents.yaml')).toBe('/srv/log');
});

test('each dispatch is one short line in a private file (R-ADX-027)', async () => {
  await journal().note(aNote());
  await journal().note(aNote({ cached: true, caller: 'c'.repeat(5_000), agent: '😀'.repeat(5_000) }));
  expect(statSync(path).mode & 0o777).toBe(0o600);
  expect(lines().length).toBe(2);
  expect(JSON.parse(lines()[0] ?? '')).toEqual({
    t: 1_767_225_600.5,
    agent: 'infra',
    ok: true,
    cost: 0.25,
    ms: 2_000,
  });
  expect(Buffer.byteLength(lines()[1] ?? '')).toBeLessThan(2_048);
});

test('nothing is recorded when it is off, and nothing is typical (R-ADX-029)', async () => {
  for (let count = 0; count < 3; count++) await journal().note(aNote());
  const one = journal();
  expect(await one.typical('infra')).toMatchObject({ dispatches: 3, medianSeconds: 2 });
  expect(await one.typical('db')).toBeNull();
  await one.note(aNote({ wallMs: 50_000 }));
  expect(await one.typical('infra')).toMatchObject({ dispatches: 4 });
  enabled = false;
  await one.note(aNote());
  expect(lines().length).toBe(4);
  expect(await one.typical('infra')).toBeNull();
});

test('a large journal is renamed; reports read the end of both (R-ADX-028, R-ADX-035)', async () => {
  mkdirSync(join(root, 'config'));
  const old = `${JSON.stringify({ t: 1, agent: 'old', ok: true, ms: 1 })}\n`;
  writeFileSync(path, old.repeat(Math.ceil(USAGE_JOURNAL_BYTES_MAX / old.length)));
  await journal().note(aNote());
  expect(lines().length).toBe(1);
  expect(existsSync(`${path}.1`)).toBe(true);
  appendFileSync(path, 'torn {"agent"\n{"agent":"infra","ok":true,"ms":1e99,"t":"soon"}\n');
  const records = await journal().records();
  expect(records.length).toBeLessThan(USAGE_JOURNAL_BYTES_MAX / old.length / 2);
  expect(records.slice(-2)).toMatchObject([
    { agent: 'infra', ms: 2_000 },
    { agent: 'infra', t: null },
  ]);
  expect(records.at(-1)).not.toHaveProperty('ms');
});

test('a journal that cannot be written is told of once and fails nothing (R-ADX-027)', async () => {
  writeFileSync(join(root, 'config'), 'a file stands in the way');
  const one = journal();
  await one.note(aNote());
  await one.note(aNote());
  expect(warnings).toEqual(['the usage journal cannot be written']);
  expect(await one.records()).toEqual([]);
});

test('a server is listed while it lives; dead and broken entries do no harm (R-ADX-034, R-ADX-035)', async () => {
  const dir = mcpServersDir({}, join(root, 'agents.yaml'));
  expect(dir).toBe(join(root, 'servers'));
  expect(mcpServersDir({ AGENT_DISPATCH_SERVERS_DIR: '/srv/s' }, '/agents.yaml')).toBe('/srv/s');
  const servers = createMcpServers(dir);
  expect(await servers.list()).toEqual([]);
  const leave = await servers.register({ version: '1.2.3', config: '/agents.yaml', at: 1_767_225_600_000 });
  const self = { pid: process.pid, version: '1.2.3', startedAt: 1_767_225_600_000, config: '/agents.yaml' };
  const file = join(dir, `${process.pid}.json`);
  expect(statSync(dir).mode & 0o777).toBe(0o700);
  expect(statSync(file).mode & 0o777).toBe(0o600);
  const later = { pid: 1, version: 'x', started_at: 1, config: '', start_time: 'of another process' };
  for (const [name, text] of [
    ['1.json', JSON.stringify(later)],
    ['2.json', '{'],
    ['3.json', JSON.stringify({ ...later, pid: 3, started_at: 'soon' })],
  ] as const) {
    writeFileSync(join(dir, name), text);
    utimesSync(join(dir, name), 1, 1);
  }
  expect(await servers.list()).toEqual([{ ...self, foreign: false }]);
  expect(readdirSync(dir).sort()).toEqual(['2.json', '3.json', `${process.pid}.json`].sort());
  await leave();
  expect(await servers.list()).toEqual([]);
});

const FLOCK = 'flock';
const canLock = existsSync('/proc/locks') && spawnSync(FLOCK, ['--version']).status === 0;

test.runIf(canLock)('a server of the older tool lives while it locks its file (R-ADX-034)', async () => {
  const dir = join(root, 'servers');
  mkdirSync(dir);
  const child = spawn(FLOCK, ['--no-fork', '-x', join(dir, '77.json'), 'cat'], {
    stdio: ['pipe', 'ignore', 'ignore'],
  });
  const servers = createMcpServers(dir);
  const entry = { pid: 77, version: '0.16.0', started_at: 1_700_000_000, config: '/c' };
  writeFileSync(join(dir, '77.json'), JSON.stringify(entry));
  let found: readonly object[] = [];
  const look = () =>
    void servers.list().then((list) => {
      found = list;
    });
  await until(() => {
    look();
    return found.length === 1;
  });
  expect(found).toMatchObject([{ pid: 77, version: '0.16.0', foreign: true }]);
  const ended = new Promise((resolve) => child.once('exit', resolve));
  child.stdin.end();
  await ended;
  utimesSync(join(dir, '77.json'), 1, 1);
  expect(await servers.list()).toEqual([]);
  expect(readdirSync(dir)).toEqual([]);
});
