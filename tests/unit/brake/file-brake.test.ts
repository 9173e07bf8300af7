import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test, vi } from 'vitest';
import { createBrakeFile } from '../../../src/adapters/brake/brake-file.ts';
import { type BrakeParts, createFileBrake } from '../../../src/compose-brake.ts';
import { initialGovernor } from '../../../src/core/policy/governor/initial.ts';
import type { GovernorState } from '../../../src/core/policy/governor/state.ts';

const silent = { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} };

/** A followed brake file beside a governor that answers when the test lets it. */
function aFollowedFile() {
  const dir = mkdtempSync(join(tmpdir(), 'dispatch-brake-'));
  onTestFinished(() => rmSync(dir, { recursive: true, force: true }));
  const brake = createBrakeFile(join(dir, 'kill_switch'));
  const fresh = initialGovernor({ project: 'shop', pools: {}, knownHosts: [], now: 0 });
  const asked: ((armed: boolean) => void)[] = [];
  const told: string[] = [];
  const parts: BrakeParts = {
    ...{ brake, log: silent },
    context: {
      control: {
        governor: () =>
          new Promise<GovernorState>((resolve) => {
            asked.push((armed) => resolve({ ...fresh, brake: { ...fresh.brake, armed } }));
          }),
        async arm({ reason }) {
          brake.arm(reason);
          told.push('arm');
          return { epoch: 1, confirmed: [], unconfirmed: [] };
        },
        async disarm() {
          told.push('disarm');
          return { epoch: 2 };
        },
      },
    },
  };
  const fileBrake = createFileBrake(parts);
  onTestFinished(fileBrake.follow({ holdBack: () => {} }));
  const question = (count: number) => vi.waitFor(() => expect(asked).toHaveLength(count), 5_000);
  return { brake, turned: fileBrake.turned, path: brake.path, asked, told, question };
}

test.each([
  ['arms nothing that was released', '1', '0', { before: false, after: false }],
  ['releases nothing that was armed', '0', '1', { before: true, after: true }],
])('news of the file that comes late %s (R-SYS-019)', async (_, first, second, { before, after }) => {
  const { path, asked, told, question } = aFollowedFile();
  // Something to turn from, told and done.
  writeFileSync(path, second);
  if (second === '1') {
    await question(1);
    asked.splice(0).forEach((answer) => void answer(true));
  }
  writeFileSync(path, first);
  await question(1);
  // Turned again, by somebody who told the governor himself, before the governor has answered the first question.
  writeFileSync(path, second);
  asked[0]?.(before);
  await question(2);
  asked[1]?.(after);
  await vi.waitFor(() => expect(told).toEqual([]));
});

test('a file that nobody has told of is passed on, both ways (R-SYS-019)', async () => {
  const { path, asked, told, question } = aFollowedFile();
  writeFileSync(path, '1');
  await question(1);
  asked[0]?.(false);
  await vi.waitFor(() => expect(told).toEqual(['arm']));
  writeFileSync(path, '0');
  await question(2);
  asked[1]?.(true);
  await vi.waitFor(() => expect(told).toEqual(['arm', 'disarm']));
});

test('an arming that was passed on is what a release means, however soon it comes (R-SYS-019)', async () => {
  const { brake, path, asked, told, turned, question } = aFollowedFile();
  writeFileSync(path, 'by hand');
  await question(1);
  asked[0]?.(false);
  await vi.waitFor(() => expect(told).toEqual(['arm']), { interval: 1 });
  turned(false);
  expect(brake.read().armed).toBe(false);
});
