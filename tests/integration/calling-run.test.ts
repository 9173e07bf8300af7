import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { expect, onTestFinished, test } from 'vitest';
import { callingPlace } from '../../src/adapters/process/calling-run.ts';

/** A shell that names its own child, which has nothing in its environment. */
async function aClearedChild(env: Readonly<Record<string, string>>): Promise<number> {
  const parent = spawn('/bin/sh', ['-c', 'env -i /bin/sh -c \'echo "$$"; read -r line\'; true'], {
    ...{ env: { PATH: process.env.PATH ?? '', ...env }, stdio: ['pipe', 'pipe', 'ignore'] },
  });
  onTestFinished(async () => {
    parent.stdin.end();
    await once(parent, 'close');
  });
  const [text] = await once(parent.stdout, 'data');
  return Number(String(text));
}

test.runIf(process.platform === 'linux')(
  'whoever clears its environment has not left its run, nor its depth (R-AD-031)',
  async () => {
    const pid = await aClearedChild({ DISPATCH_RUN_ID: 'run-1', AGENT_DISPATCH_DEPTH: '2' });
    expect(callingPlace({}, pid)).toEqual({ runId: 'run-1', depth: 2 });
    expect(callingPlace({ AGENT_DISPATCH_DEPTH: '3' }, pid)).toEqual({ runId: 'run-1', depth: 3 });
    expect(callingPlace({ DISPATCH_RUN_ID: '' }, pid)).toEqual({ runId: 'run-1', depth: 2 });
  },
);

test('the own environment is believed first; without any there is no run', async () => {
  const pid = await aClearedChild({ DISPATCH_RUN_ID: 'outer', AGENT_DISPATCH_DEPTH: '1' });
  const own = { DISPATCH_RUN_ID: 'inner', AGENT_DISPATCH_DEPTH: '2' };
  expect(callingPlace(own, pid)).toEqual({ runId: 'inner', depth: 2 });
  expect(callingPlace({ AGENT_DISPATCH_DEPTH: 'many' }, 0)).toEqual({ runId: null, depth: 0 });
});
