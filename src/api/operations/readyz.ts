import { z } from 'zod';
import { AppError } from '../../core/errors.ts';
import { HOST_SILENT_MS_MAX } from '../../core/limits.ts';
import { boardHealth, temporalHealth } from '../health.ts';
import { defineOperation } from '../operation.ts';

/** `GET /readyz`: board, Temporal and at least one worker are there; the error says which is not. */
export const readyz = defineOperation({
  name: 'readyz',
  summary: 'Can work be done now?',
  http: { method: 'GET', path: '/readyz', access: 'read' },
  input: z.object({}),
  output: z.strictObject({ status: z.literal('ready'), hosts: z.int() }),
  async run({ board, control, store }) {
    const [boardState, temporal, hosts] = await Promise.all([
      boardHealth(board),
      temporalHealth(control),
      store.records.listHosts(),
    ]);
    if (!boardState.ok)
      throw new AppError('board-unavailable', `the board does not answer: ${boardState.error}`);
    if (!temporal.ok)
      throw new AppError('temporal-unavailable', `Temporal does not answer: ${temporal.error}`);
    const live = hosts.filter((host) => Date.now() - host.lastSeen < HOST_SILENT_MS_MAX).length;
    if (live === 0)
      throw new AppError('no-worker', 'no host that runs agents is up', { hint: 'dispatch up' });
    return { status: 'ready', hosts: live };
  },
});
