import { expect, onTestFinished, test } from 'vitest';
import { createGovernorTellingActivities } from '../../src/activities/governor-telling.ts';
import type { ActivityPorts } from '../../src/activities/ports.ts';
import { createMemoryBoard } from '../../src/adapters/boards/memory-board.ts';
import { createNotices } from '../../src/adapters/notify/notices.ts';
import { createSqliteStore } from '../../src/adapters/store/create-sqlite-store.ts';

const log = { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} };

async function aTeller() {
  const store = await createSqliteStore({ dir: null, project: 'shop' });
  onTestFinished(() => store.close());
  const board = createMemoryBoard();
  const queue = await board.createQueue('Todo');
  const task = await board.createTask(queue.name, 'Fix it', '');
  const ports = {
    ...{ store, board, log },
    notices: createNotices({ box: store.notices, log, secrets: [] }),
    routes: { list: async () => [] },
    escalations: { write: async () => null, resolve: async () => null },
  };
  const tell = createGovernorTellingActivities(ports as unknown as ActivityPorts);
  const trail = async () => (await store.records.listAudit(9)).map(({ action }) => action);
  return { tell, trail, taskId: task.id };
}

test('what the governor tells of stands in the trail once, also when its worker is killed and tells again (R-PROD-028)', async () => {
  const { tell, trail, taskId } = await aTeller();
  const notice = { kind: 'cap-hit', key: 'cap-hit/qa/2026-11-21', subject: 'Cap hit', body: '' } as const;
  for (const at of [1, 1, 2]) await tell.raiseNotice({ ...notice, action: 'cap-hit', at });
  expect(await trail()).toEqual(['cap-hit', 'cap-hit']);
  const refused = { taskId, agent: 'qa', text: 'no money' };
  await tell.escalateBudget(refused);
  await tell.escalateBudget(refused);
  expect((await trail()).filter((action) => action === 'escalate-budget')).toHaveLength(1);
  expect((await trail()).filter((action) => action === 'escalation')).toHaveLength(1);
});
