import { z } from 'zod';
import { HOST_SILENT_MS_MAX } from '../../core/limits.ts';
import { defineOperation } from '../operation.ts';
import { isoTime } from '../wire/time.ts';

/** `GET /hosts`: machines that run agents of this project. */
export const listHosts = defineOperation({
  name: 'list-hosts',
  summary: 'List the hosts that run agents',
  http: { method: 'GET', path: '/hosts', access: 'read' },
  cli: { words: ['host', 'list'] },
  input: z.object({}),
  output: z.array(
    z.strictObject({
      host_id: z.string(),
      hostname: z.string(),
      pid: z.int(),
      slots: z.int(),
      live: z.boolean(),
      last_seen: z.string(),
    }),
  ),
  async run({ store }) {
    const now = Date.now();
    return (await store.records.listHosts()).map((host) => ({
      host_id: host.hostId,
      hostname: host.hostname,
      pid: host.pid,
      slots: host.slots,
      live: now - host.lastSeen < HOST_SILENT_MS_MAX,
      last_seen: isoTime(host.lastSeen),
    }));
  },
});
