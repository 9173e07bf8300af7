import { expect, onTestFinished, test } from 'vitest';
import { type EscalationPorts, raiseEscalation } from '../../src/activities/escalate.ts';
import { createMemoryBoard } from '../../src/adapters/boards/memory-board.ts';
import { createNotices } from '../../src/adapters/notify/notices.ts';
import { createSqliteStore } from '../../src/adapters/store/create-sqlite-store.ts';
import { AppError } from '../../src/core/errors.ts';
import type { Records } from '../../src/core/ports/store.ts';

const log = { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} };

/** A case that is raised while a write of its records fails once. */
async function aCase(failing: 'appendAuditOnce' | 'finishEffect', error: Error) {
  const store = await createSqliteStore({ dir: null, project: 'shop' });
  onTestFinished(() => store.close());
  const board = createMemoryBoard();
  const queue = await board.createQueue('Failed');
  const { id: taskId } = await board.createTask(queue.name, 'Fix it', '');
  let fails = true;
  const once = async (): Promise<void> => {
    if (!fails) return;
    fails = false;
    throw error;
  };
  const records: Records = {
    ...store.records,
    async appendAuditOnce(key, entry) {
      if (failing === 'appendAuditOnce') await once();
      return store.records.appendAuditOnce(key, entry);
    },
    async finishEffect(key) {
      if (failing === 'finishEffect') await once();
      return store.records.finishEffect(key);
    },
  };
  const ports = {
    ...{ board, log, store: { ...store, records } },
    notices: createNotices({ box: store.notices, log, secrets: [] }),
    routes: { list: async () => [] },
    escalations: { write: async () => null, resolve: async () => null },
  } as unknown as EscalationPorts;
  return { store, raise: () => raiseEscalation(ports, { taskId, agent: 'qa', reason: 'no', key: 'run-1' }) };
}

test.each(['appendAuditOnce', 'finishEffect'] as const)(
  'a case is told although the store was away for a moment, once (R-PROD-066): %s',
  async (failing) => {
    const { store, raise } = await aCase(failing, new AppError('storage-failed', 'busy'));
    await expect(raise()).rejects.toMatchObject({ code: 'storage-failed' });
    await raise();
    await raise();
    expect(await store.notices.list({ limit: 9 })).toMatchObject([{ kind: 'escalation' }]);
    expect((await store.records.listAudit(9)).map(({ action }) => action)).toEqual(['escalation']);
  },
);

test('other trouble with a case is no trouble of its task', async () => {
  const { raise } = await aCase('appendAuditOnce', new Error('odd'));
  await raise();
});
