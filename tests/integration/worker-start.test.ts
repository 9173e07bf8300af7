import { expect, test } from 'vitest';
import { takeWorkerSeat } from '../../src/adapters/host/worker-seat.ts';
import { aProject } from '../helpers/project.ts';

test('a worker that cannot start leaves its seat and its ledger to the next try (R-SYS-003)', async () => {
  const p = await aProject({
    agents: { ok: 'exit 0' },
    routes: [{ queue_name: 'Todo', agent: 'ok' }],
    env: { DISPATCH_WORKFLOW_BUNDLE: '/nowhere/bundle.js' },
    worker: false,
  });
  await expect(p.startWorker()).rejects.toThrow('/nowhere/bundle.js');
  const first = takeWorkerSeat(p.project.settings().stateDir);
  const second = takeWorkerSeat(p.project.settings().stateDir);
  first.leave();
  second.leave();
  expect(second.hostId).toBe(`${first.hostId}-1`);
});
