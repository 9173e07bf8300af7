import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll } from 'vitest';
import { createSqliteStore } from '../../src/adapters/store/create-sqlite-store.ts';
import { storeContract } from './store-contract.ts';

const root = mkdtempSync(join(tmpdir(), 'dispatch-store-'));
afterAll(() => rmSync(root, { recursive: true }));

storeContract('sqlite file', {
  makeStore: ({ place, ...config }) => createSqliteStore({ ...config, dir: join(root, place) }),
  shared: true,
});

storeContract('sqlite in memory', {
  makeStore: ({ place: _place, ...config }) => createSqliteStore({ ...config, dir: null }),
  shared: false,
});
