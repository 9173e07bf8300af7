import { z } from 'zod';
import { AppError } from '../../core/errors.ts';
import { defineOperation } from '../operation.ts';

/** `DELETE /hosts/{host_id}`: a person's word that a host and all its agents are dead; frees its slots. */
export const forgetHost = defineOperation({
  name: 'forget-host',
  summary: 'Declare a host dead and free its slots',
  http: { method: 'DELETE', path: '/hosts/:host_id', access: 'operate' },
  cli: { words: ['host', 'forget'], positionals: ['host_id'] },
  input: z.object({ host_id: z.string().min(1).max(200).describe('Id of the host, see `host list`') }),
  output: z.strictObject({ status: z.literal('ok'), host_id: z.string() }),
  async run({ store, control, caller }, { host_id }) {
    const known = await store.records.listHosts();
    if (!known.some((host) => host.hostId === host_id)) {
      throw new AppError('host-not-found', `no host ${host_id} is known`, { hint: 'dispatch host list' });
    }
    await control.forgetHost(host_id, caller);
    return { status: 'ok', host_id };
  },
});
