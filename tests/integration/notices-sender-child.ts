import { toNotifications } from '../../src/adapters/config/notifications.ts';
import { createNtfy } from '../../src/adapters/notify/ntfy.ts';
import { createSqliteStore } from '../../src/adapters/store/create-sqlite-store.ts';
import { createNoticeSender } from '../../src/poller/notice-sender.ts';

const [dir = '', url = ''] = process.argv.slice(2);
const store = await createSqliteStore({ dir, project: 'shop' });
const say = () => {};
const channel = createNtfy({ url, topic: 'team', token: null, subjectPrefix: 'Producer' });
createNoticeSender({
  ...{ box: store.notices, records: store.records, owner: 'host-1' },
  log: { debug: say, info: say, warn: say, error: say },
  settings: () => toNotifications({}),
  channels: () => [channel],
  noted: async () => undefined,
  attention: { write() {} },
}).start();
process.stdin.resume();
