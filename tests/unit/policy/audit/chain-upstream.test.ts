import { createHash } from 'node:crypto';
import { expect, test } from 'vitest';
import {
  AUDIT_GENESIS_PREV_HASH,
  type UpstreamAuditFacts,
  upstreamAuditText,
  upstreamDetailText,
  upstreamRowProblem,
} from '../../../../src/core/policy/audit/chain-upstream.ts';

const sha256 = (text: string) => createHash('sha256').update(text).digest('hex');

const aRow = (facts: Partial<UpstreamAuditFacts> = {}): UpstreamAuditFacts => ({
  ...{ prevHash: AUDIT_GENESIS_PREV_HASH, agentOwner: 'producer', taskId: null, action: 'schema_init' },
  ...{ detail: '{"schema_version": 1}', costUsd: 0, timestamp: '2026-05-06T00:00:00Z' },
  ...facts,
});

test('a row is hashed as ai-producer hashes it (R-PROD-028)', () => {
  expect(sha256(upstreamAuditText(aRow()))).toBe(
    '4b6b8adb69e3c3b19cd7a1674468e303b01fe0031b3203106fc22b2440346833',
  );
});

// Left: a number. Right: what Python's format with six decimals makes of it.
test.each([
  [0, '0.000000'],
  [0.0078125, '0.007812'],
  [0.0234375, '0.023438'],
  [0.0390625, '0.039062'],
  [-0.0078125, '-0.007812'],
  [1.23, '1.230000'],
  [1e-7, '0.000000'],
  [1.5e-6, '0.000002'],
  [2.5e-6, '0.000003'],
  [12345.6789, '12345.678900'],
  [0.1 + 0.2, '0.300000'],
  [1e6 + 1 / 128, '1000000.007812'],
])('%f stands in the chain as %s (R-PROD-028)', (costUsd, text) => {
  expect(upstreamAuditText(aRow({ costUsd })).split('|')[5]).toBe(text);
});

test('a detail has its keys sorted, blanks behind commas and colons, letters as they are (R-PROD-028)', () => {
  const detail = { ä: { z: 'x"y\n', a: '😀' }, b: [1, 2.5, null, true] };
  expect(upstreamDetailText(detail)).toBe('{"b": [1, 2.5, null, true], "ä": {"a": "😀", "z": "x\\"y\\n"}}');
});

test('a row that does not follow, or was changed, is said to be so (R-PROD-028)', () => {
  const facts = aRow();
  const row = { ...facts, id: 1, rowHash: sha256(upstreamAuditText(facts)) };
  expect(upstreamRowProblem(row, AUDIT_GENESIS_PREV_HASH, sha256)).toBeNull();
  expect(upstreamRowProblem(row, 'f'.repeat(64), sha256)).toContain('prev_hash');
  expect(upstreamRowProblem({ ...row, taskId: 'x' }, AUDIT_GENESIS_PREV_HASH, sha256)).toContain('row_hash');
});
