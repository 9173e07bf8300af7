import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createSqliteStore } from '../../src/adapters/store/create-sqlite-store.ts';
import type { Store } from '../../src/core/ports/store.ts';
import { anEvent } from '../contract/store-builders.ts';
import { JOB_ROLES } from './store-job-roles.ts';

/** What the parent has to wait for goes to stdout in one write each, so that none is lost or torn by a kill. */
const say = (line: string) => writeFileSync(1, `${line}\n`);

const ROLES: Record<string, (store: Store, dir: string, name: string) => Promise<void>> = {
  ...JOB_ROLES,

  /** Writes records for ever and says each that was acknowledged. */
  async write({ records }, _dir, name) {
    for (let index = 0; ; index++) {
      await records.putTaskState(`${name}-${index}`, { status: 'claimed', retryCount: index });
      await records.beginEffect(`${name}-${index}`);
      say(String(index));
    }
  },

  /** Writes 600 lines of the audit trail, alone, in crowds, and with changes of tasks. */
  async audit({ records }, _dir, name) {
    for (let round = 0; round < 20; round++) {
      await Promise.all(Array.from({ length: 20 }, () => records.appendAudit(anEntry(name))));
      for (let index = 0; index < 5; index++) await records.appendAudit(anEntry(name));
      for (let index = 0; index < 5; index++) {
        await records.putTaskState(`${name}-${round}`, { status: 'claimed', retryCount: index });
      }
    }
  },

  /** The same for ever, line by line; says each that was acknowledged. */
  async 'audit-on'({ records }, _dir, name) {
    for (;;) {
      await records.appendAudit(anEntry(name));
      say(name);
    }
  },

  /** Appends 100 batches of events and says the numbers they got. */
  async append({ projection }, _dir, name) {
    for (let batch = 0; batch < 100; batch++) {
      const events = [0, 1, 2].map((part) => anEvent({ task_id: name, data: { order: batch * 3 + part } }));
      say((await projection.appendEvents(events)).map(({ seq }) => seq).join());
    }
  },

  /** Appends one event for each line the parent says. */
  async echo({ projection }, _dir, name) {
    say('ready');
    for await (const _line of process.stdin) await projection.appendEvents([anEvent({ task_id: name })]);
  },

  /** Fills a small disk, frees some of it and says what happened. */
  async fill(store, dir) {
    const filler = join(dir, 'filler');
    writeFileSync(filler, Buffer.alloc(512 * 1024));
    const acknowledged = { records: 0, projection: 0 };
    const records = await codeOf(async () => {
      await store.records.putTaskState(`${acknowledged.records}`, { lastReason: 'x'.repeat(4_000) });
      acknowledged.records += 1;
    });
    const projection = await codeOf(async () => {
      await store.projection.appendEvents([anEvent({ data: { text: 'x'.repeat(4_000) } })]);
      acknowledged.projection += 1;
    });
    const kept = async () => ({
      records: (await store.records.listTaskStates({ limit: 10_000 })).length,
      projection: (await store.projection.listEvents({ afterSeq: 0, limit: 1_000 })).length,
    });
    const whileFull = await kept();
    rmSync(filler);
    await store.records.putTaskState('after', { lastReason: 'x'.repeat(4_000) });
    await store.projection.appendEvents([anEvent()]);
    say(
      JSON.stringify({ codes: { records, projection }, acknowledged, whileFull, afterwards: await kept() }),
    );
  },
};

const anEntry = (actor: string) => ({
  ...{ at: Date.now(), channel: 'cli', actor, action: 'test', subject: 'shop', detail: { actor } },
});

/** Does it until it fails, 10,000 times at most; answers the code of the error. */
async function codeOf(work: () => Promise<void>): Promise<unknown> {
  try {
    for (let count = 0; count < 10_000; count++) await work();
    return 'none';
  } catch (error) {
    return (error as { readonly code?: unknown }).code;
  }
}

const [role = '', dir = '', name = ''] = process.argv.slice(2);
const store = await createSqliteStore({ dir, project: 'shop' });
await ROLES[role]?.(store, dir, name);
await store.close();
