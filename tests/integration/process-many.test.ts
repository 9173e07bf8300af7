import { randomUUID } from 'node:crypto';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { expect, test } from 'vitest';
import { createCommandAgent } from '../../src/adapters/agents/command.ts';
import { createProcessRunner } from '../../src/adapters/process/run-process.ts';
import { aListener, aRequest, fixtureAgent, runAgent } from '../helpers/agent-run.ts';
import { processesWith } from '../helpers/processes.ts';

test('a hundred runs of three processes, half of them ignoring TERM, are gone after the grace of a stop (R-ART-054)', async () => {
  const agent = createCommandAgent({ runner: createProcessRunner(), parentEnv: { PATH: process.env.PATH } });
  const witness = randomUUID();
  const listeners = Array.from({ length: 100 }, () => aListener());
  const runs = listeners.map((listener, index) => {
    const command = [fixtureAgent(index % 2 === 0 ? 'ignore-term.sh' : 'three-processes.sh')];
    return runAgent(
      agent,
      aRequest({ command, env: { FIXTURE_WITNESS: witness }, timeoutMs: null }),
      listener,
    );
  });
  const ready = () => listeners.filter((listener) => listener.texts('stdout').includes('ready')).length;
  await expect.poll(ready, { timeout: 20_000 }).toBe(100);
  expect(processesWith(witness).length).toBeGreaterThanOrEqual(300);

  const loop = monitorEventLoopDelay({ resolution: 10 });
  loop.enable();
  const stoppedAt = performance.now();
  for (const listener of listeners) listener.stop('brake');
  const outcomes = await Promise.all(runs);
  expect(performance.now() - stoppedAt).toBeLessThan(20_000);
  loop.disable();
  expect(processesWith(witness)).toEqual([]);
  for (const { outcome } of outcomes) {
    expect(outcome).toMatchObject({ kind: 'stopped', by: 'brake' });
    expect(outcome.leaked).toBeUndefined();
  }
  expect(loop.percentile(50) / 1e6).toBeLessThan(500);
});
