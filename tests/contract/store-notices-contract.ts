import { describe, expect, test } from 'vitest';
import { NOTICE_BATCH_MAX } from '../../src/core/notice-limits.ts';
import type { Notice } from '../../src/core/schema/notice.ts';
import { START_MS, type StoreBench } from './store-bench.ts';

/** A notice that names only what matters to the test. */
export function aNotice(fields: Partial<Omit<Notice, 'resolvedAt'>> = {}): Omit<Notice, 'resolvedAt'> {
  return {
    ...{ noticeId: 'n1', kind: 'idle', key: 'idle', subject: 'Team idle', body: 'Queue is empty.' },
    ...{ priority: 'default', tags: 'hourglass', since: START_MS, closesAt: null },
    ...fields,
  };
}

/** The promises of a store about notices. */
export function noticesContract(name: string, bench: StoreBench): void {
  const idsOf = (notices: readonly Notice[]) => notices.map(({ noticeId }) => noticeId).join();

  describe(`${name}: notices`, () => {
    test('one notice of a key is open at a time, until it is closed (R-PROD-080)', async () => {
      const { notices } = await bench.make();
      expect(await notices.open(aNotice())).toBe(true);
      expect(await notices.open(aNotice({ noticeId: 'n2' }))).toBe(false);
      expect(await notices.list({ open: true, limit: 10 })).toEqual([{ ...aNotice(), resolvedAt: null }]);
      expect(await notices.close('other', START_MS)).toBe(false);
      expect(await notices.close('idle', START_MS + 1)).toBe(true);
      expect(await notices.close('idle', START_MS + 2)).toBe(false);
      expect(await notices.open(aNotice({ noticeId: 'n3' }))).toBe(true);
      expect(idsOf(await notices.list({ open: true, limit: 10 }))).toBe('n3');
      expect(idsOf(await notices.list({ limit: 10 }))).toBe('n3,n1');
      expect(await notices.list({ open: false, limit: 10 })).toMatchObject([{ resolvedAt: START_MS + 1 }]);
    });

    test('what closes by itself is closed when its time is over', async () => {
      const { notices } = await bench.make();
      await notices.open(aNotice({ closesAt: START_MS + 10 }));
      expect(await notices.closeDue(START_MS + 9)).toBe(false);
      expect(await notices.closeDue(START_MS + 11)).toBe(true);
      expect(await notices.list({ limit: 1 })).toMatchObject([{ resolvedAt: START_MS + 10 }]);
    });

    test('what is urgent comes first, however much else waits (R-PROD-080)', async () => {
      const { notices } = await bench.make();
      for (let n = 0; n < NOTICE_BATCH_MAX; n++)
        await notices.open(aNotice({ noticeId: `n${n}`, key: `n${n}` }));
      await notices.open(aNotice({ noticeId: 'brake', key: 'brake', priority: 'urgent' }));
      await notices.open(aNotice({ noticeId: 'asks', key: 'asks', kind: 'question' }));
      const waiting = await notices.unsent('ntfy', START_MS, ['question']);
      expect(idsOf(waiting.slice(0, 4))).toBe('brake,asks,n0,n1');
      expect(waiting).toHaveLength(NOTICE_BATCH_MAX);
    });

    test('a message keeps its id and its notices through tries, and is sent once (R-PROD-079)', async () => {
      const { notices } = await bench.make();
      for (const id of ['a', 'b', 'c']) await notices.open(aNotice({ noticeId: id, key: id }));
      expect(idsOf(await notices.unsent('ntfy', START_MS))).toBe('a,b,c');
      expect(await notices.unsent('ntfy', START_MS + 1)).toEqual([]);
      await notices.enclose('ntfy', 'm1', ['a', 'b']);
      await notices.enclose('ntfy', 'm2', ['b']);
      expect(idsOf(await notices.unsent('ntfy', START_MS))).toBe('c');
      expect(idsOf(await notices.unsent('webhook', START_MS))).toBe('a,b,c');
      const message = { messageId: 'm1', noticeIds: ['a', 'b'], tries: 0 };
      expect(await notices.dueMessages('ntfy', START_MS)).toEqual([message]);
      const retry = { kind: 'retry', nextAt: START_MS + 100, error: 'answered 500' } as const;
      await notices.settleMessage('ntfy', 'm1', retry);
      expect(await notices.dueMessages('ntfy', START_MS)).toEqual([]);
      expect(await notices.nextTryAt()).toBe(START_MS + 100);
      expect(await notices.dueMessages('ntfy', START_MS + 100)).toEqual([{ ...message, tries: 1 }]);
      await notices.settleMessage('ntfy', 'm1', { kind: 'sent' });
      expect(await notices.dueMessages('ntfy', START_MS + 100)).toEqual([]);
      expect(await notices.nextTryAt()).toBeNull();
      expect([await notices.sentSince('ntfy', START_MS), await notices.sentSince('webhook', 0)]).toEqual([
        1, 0,
      ]);
    });

    test('what was given up counts as settled, not as sent', async () => {
      const { notices } = await bench.make();
      await notices.open(aNotice());
      await notices.enclose('ntfy', 'm1', ['n1']);
      await notices.settleMessage('ntfy', 'm1', { kind: 'given-up', error: 'answered 403' });
      expect(await notices.dueMessages('ntfy', START_MS)).toEqual([]);
      expect(await notices.unsent('ntfy', 0)).toEqual([]);
      expect(await notices.sentSince('ntfy', 0)).toBe(0);
    });

    test('what was written is not written again; old resolved ones are forgotten', async () => {
      const { notices } = await bench.make();
      await notices.open(aNotice());
      await notices.open(aNotice({ noticeId: 'n2', key: 'other' }));
      expect(idsOf(await notices.unwritten(10))).toBe('n1,n2');
      await notices.markWritten(['n1'], START_MS);
      expect(idsOf(await notices.unwritten(10))).toBe('n2');
      await notices.close('idle', START_MS + 1);
      await notices.close('other', START_MS + 1);
      expect(await notices.prune(START_MS + 2)).toBe(1);
      expect(idsOf(await notices.list({ limit: 10 }))).toBe('n2');
      expect(idsOf(await notices.get(['n1', 'n2']))).toBe('n2');
    });
  });
}
