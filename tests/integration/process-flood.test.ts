import { execFileSync } from 'node:child_process';
import { readFileSync, statSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { EVENTS_PER_RUN_MAX, OUTPUT_FILE_BYTES_MAX, OUTPUT_TAIL_BYTES_MAX } from '../../src/core/limits.ts';
import { aFolder, fixtureAgent } from '../helpers/agent-run.ts';

const WORKER = fileURLToPath(new URL('../fixtures/workers/measure-flood.ts', import.meta.url));
const MB = 1_000_000;
const OPTIONS = { timeout: 120_000 };

/** Lets an agent flood a fresh process and answers what it cost. */
function flood(fixture: string, bytes: number) {
  const folder = aFolder();
  const args = [WORKER, folder, fixtureAgent(fixture), String(bytes)];
  const cost = JSON.parse(execFileSync(process.execPath, args, { encoding: 'utf8', timeout: 100_000 }));
  expect(cost).toMatchObject({ kind: 'succeeded', outputBytes: bytes, tailBytes: OUTPUT_TAIL_BYTES_MAX });
  expect(cost.grownMib).toBeLessThan(32);
  expect(cost.turnMsMax).toBeLessThan(50);
  return { ...cost, file: `${folder}/run.log` };
}

test('a line of 100 MB costs neither memory nor the event loop (R-SYS-032)', OPTIONS, () => {
  const { events, file } = flood('flood-line.sh', 100 * MB);
  expect(events).toBe(1);
  expect(statSync(file).size).toBeLessThan(OUTPUT_FILE_BYTES_MAX + 100);
});

test(
  '1 GB of output costs neither memory nor the event loop, and its file says where it was cut (R-SYS-032)',
  OPTIONS,
  () => {
    const { events, file } = flood('flood-lines.sh', 1_000 * MB);
    expect(events).toBe(EVENTS_PER_RUN_MAX);
    expect(statSync(file).size).toBeLessThan(OUTPUT_FILE_BYTES_MAX + 100);
    expect(readFileSync(file).subarray(-100).toString()).toContain(
      `[output cut after ${OUTPUT_FILE_BYTES_MAX} bytes]`,
    );
  },
);
