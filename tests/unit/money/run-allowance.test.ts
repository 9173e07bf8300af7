import { expect, test } from 'vitest';
import type { ActivityPorts } from '../../../src/activities/ports.ts';
import { watchAllowance } from '../../../src/activities/run-allowance.ts';
import type { Grant } from '../../../src/core/policy/money/money-state.ts';

/** A run of this grant, under a governor that leaves it so much now. */
function aRun(grant: Partial<Grant>, left: number | null) {
  const told: number[] = [];
  let stopped: (cause: string) => void = () => {};
  const stop = new Promise<string>((resolve) => {
    stopped = resolve;
  });
  const ports = {
    governor: {
      spend: async ({ microUsd }: { microUsd: number }) => {
        told.push(microUsd);
        return left;
      },
    },
    host: { stopRun: (_runId: string, cause: string) => stopped(cause) },
    log: { warn: () => undefined },
  } as unknown as Pick<ActivityPorts, 'governor' | 'host' | 'log'>;
  return { told, stop, watch: watchAllowance(ports, { runId: 'r1', grant }) };
}

test('a cap set while a run goes on that had none stops it (I4, R-PROD-017)', async () => {
  const { told, stop, watch } = aRun({ allowanceMicroUsd: null, reservedMicroUsd: 100 }, 500);
  watch.spent(90);
  expect(told).toEqual([]);
  watch.spent(600);
  expect(await stop).toBe('budget');
  expect(told).toEqual([600]);
});

test('a run without a cap goes on, and one without a budget is told of to nobody', async () => {
  const free = aRun({ allowanceMicroUsd: null, reservedMicroUsd: 100 }, null);
  free.watch.spent(600);
  await free.watch.end(700);
  expect(free.told).toEqual([600]);
  const none = aRun({}, 0);
  none.watch.spent(600);
  await none.watch.end(600);
  expect(none.told).toEqual([]);
});
