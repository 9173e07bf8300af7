import { expect, test } from 'vitest';
import { createProgressStream } from '../../../src/api/mcp/progress.ts';
import { MCP_PROGRESS_INTERVAL_MS } from '../../../src/core/limits.ts';

const never = new AbortController().signal;

test('news are sent in order, cut to 300 characters, the last ones before the end (R-AD-086)', async () => {
  const sent: string[] = [];
  const stream = createProgressStream(async (text) => void sent.push(text), never);
  stream.report('[infra] one');
  stream.report(`[infra] ${'x'.repeat(1_000)}`);
  await stream.end();
  stream.report('[infra] too late');
  expect(sent).toEqual(['[infra] one', `[infra] ${'x'.repeat(300)}`]);
});

test('a flood keeps the latest 100 and says how many were left out (R-ADX-046)', async () => {
  const sent: string[] = [];
  const stream = createProgressStream(async (text) => void sent.push(text), never);
  stream.report('[db] first');
  for (let index = 1; index <= 10_000; index += 1) stream.report(`[db] ${index}`);
  await stream.end();
  expect(sent.slice(0, 3)).toEqual([
    '[db] first',
    '[db] Skipped 9900 older progress messages; showing latest.',
    '[db] 9901',
  ]);
  expect(sent).toHaveLength(102);
  expect(sent.at(-1)).toBe('[db] 10000');
});

test('an answer does not wait for the pause between two bunches of news (R-AD-008)', async () => {
  const took: number[] = [];
  for (let index = 0; index < 5; index += 1) {
    const one = createProgressStream(async () => {}, never);
    one.report('[infra] here it comes');
    await new Promise(setImmediate);
    const begun = performance.now();
    await one.end();
    took.push(performance.now() - begun);
  }
  expect(Math.min(...took)).toBeLessThan(MCP_PROGRESS_INTERVAL_MS / 2);
});

test('a client that is gone is sent nothing more, and one that does not read holds nobody up', async () => {
  const sent: string[] = [];
  const gone = new AbortController();
  const left = createProgressStream(async (text) => void sent.push(text), gone.signal);
  gone.abort();
  left.report('a');
  await left.end();
  const broken = createProgressStream(() => Promise.reject(new Error('closed')), never);
  broken.report('b');
  await broken.end();
  const stuck = createProgressStream(() => new Promise(() => undefined), never);
  stuck.report('c');
  const begun = performance.now();
  await stuck.end();
  expect(performance.now() - begun).toBeLessThan(5_000);
  expect(sent).toEqual([]);
});
