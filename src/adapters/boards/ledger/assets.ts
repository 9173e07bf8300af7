import { sql } from 'kysely';
import type { AssetNote, RegisteredAsset } from '../../../core/ports/ledger-book.ts';
import type { Connection } from '../../store/connection.ts';
import { query } from '../../store/query.ts';
import { createUlid } from '../ulid.ts';
import { appendEvent } from './audit.ts';
import { requireTask } from './decisions.ts';
import { type LedgerTables, ledger } from './ledger-tables.ts';
import { isoSeconds } from './times.ts';

type AssetRow = LedgerTables['assetRegistry'];

/** What ai-producer's column takes; any other type stands there as `other` and under its own name in the versions. */
const COLUMN_TYPES = ['art', 'audio', 'content', 'other'];

const atPath = query((a: { path: string }) =>
  ledger.selectFrom('assetRegistry').selectAll().where('path', '=', a.path),
);
const remove = query((a: { path: string }) => ledger.deleteFrom('assetRegistry').where('path', '=', a.path));
const insert = query((a: AssetRow) =>
  ledger.insertInto('assetRegistry').values({
    ...{ id: a.id, assetType: a.assetType, path: a.path, prompt: a.prompt, seed: a.seed, api: a.api },
    ...{ model: a.model, modelVersion: a.modelVersion, retryCount: a.retryCount },
    ...{ criticVerdicts: a.criticVerdicts, costUsd: a.costUsd, wallClockSeconds: a.wallClockSeconds },
    ...{ agentId: a.agentId, taskId: a.taskId, sha256: a.sha256, timestamp: a.timestamp },
    disposition: a.disposition,
  }),
);
const newest = query((a: { path: string }) =>
  ledger
    .selectFrom('assetVersions')
    .select(sql<number>`coalesce(max(version), 0)`.as('version'))
    .where('path', '=', a.path),
);
const keepVersion = query((a: LedgerTables['assetVersions']) =>
  ledger.insertInto('assetVersions').values({
    ...{ id: a.id, path: a.path, version: a.version, assetType: a.assetType, content: a.content },
  }),
);

/** Registers what an agent made with its audit row (R-PROD-026); a path that is known gets its next version. */
export function recordAsset(connection: Connection, asset: AssetNote): RegisteredAsset {
  requireTask(connection, asset.taskId ?? null);
  const row = rowOf(asset);
  const before = connection.get(atPath, { path: asset.path });
  let version = connection.get(newest, { path: asset.path })?.version ?? 0;
  if (before !== undefined) {
    // Registered by another program: it has no version of its own yet.
    if (version === 0) putVersion(connection, before, { version: ++version, assetType: before.assetType });
    connection.run(remove, { path: asset.path });
  }
  version += 1;
  connection.run(insert, row);
  putVersion(connection, row, { version, assetType: asset.assetType });
  appendEvent(connection, {
    ...{ agentOwner: asset.agent, action: 'asset', taskId: row.taskId },
    detail: { asset_id: row.id, asset_type: asset.assetType, path: row.path, version },
  });
  return { id: row.id, version };
}

function putVersion(
  connection: Connection,
  row: AssetRow,
  { version, assetType }: { readonly version: number; readonly assetType: string },
): void {
  const content = JSON.stringify(row);
  connection.run(keepVersion, { id: row.id, path: row.path, version, assetType, content });
}

const rowOf = (asset: AssetNote): AssetRow => ({
  id: createUlid(),
  assetType: COLUMN_TYPES.includes(asset.assetType) ? asset.assetType : 'other',
  path: asset.path,
  ...{ prompt: asset.prompt ?? null, seed: asset.seed ?? null, api: asset.api ?? null },
  ...{ model: asset.model ?? null, modelVersion: asset.modelVersion ?? null },
  retryCount: asset.retryCount ?? 0,
  criticVerdicts: JSON.stringify(asset.criticVerdicts ?? []),
  costUsd: asset.costUsd ?? 0,
  wallClockSeconds: asset.wallClockSeconds ?? 0,
  agentId: asset.agent,
  ...{ taskId: asset.taskId ?? null, sha256: asset.sha256 ?? null },
  timestamp: isoSeconds(Date.now()),
  disposition: asset.disposition ?? 'shipped',
});

/** Has the task's own agent registered this path already? */
export const isAssetOf = (connection: Connection, taskId: string, path: string): boolean =>
  connection.get(atPath, { path })?.taskId === taskId;

const ENDINGS: Readonly<Record<string, string>> = {
  ...{ png: 'art', jpg: 'art', jpeg: 'art', gif: 'art', svg: 'art', webp: 'art' },
  ...{ mp3: 'audio', wav: 'audio', ogg: 'audio', flac: 'audio', m4a: 'audio' },
  ...{ md: 'content', txt: 'content', html: 'content', pdf: 'content', csv: 'content' },
};

/** What a file is by its name. */
export const assetTypeOf = (path: string): string =>
  ENDINGS[path.slice(path.lastIndexOf('.') + 1).toLowerCase()] ?? 'other';
