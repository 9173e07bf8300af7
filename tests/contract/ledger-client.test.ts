import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import {
  AUDIT_GENESIS_PREV_HASH,
  AuditLogger,
  BudgetExceeded,
  BudgetTracker,
  KillSwitchWatcher,
  LedgerClient,
  LedgerError,
  new_id,
  newId,
  TaskClaimRace,
  utc_iso_now,
  utcToday,
} from '../../src/index.ts';
import { aFolder, firstBadRow, fixtureCopy, rows } from '../helpers/ledger-file.ts';
import { realUpstream } from '../helpers/real-upstream.ts';

function aClient(path = join(aFolder(), 'state', 'ledger.db')) {
  const client = new LedgerClient(path);
  onTestFinished(() => client.close());
  const add = (title: string, more: object = {}) =>
    client.insert_task({ agent_owner: 'code', title, description: '', ...more });
  return { path, client, add };
}

test('a script works on a ledger as with ai-producer, in both spellings (R-PROD-031, R-PROD-095, R-PROD-096)', () => {
  const { path, client, add } = aClient();
  expect(client.latest_audit_hash()).toBe(AUDIT_GENESIS_PREV_HASH);
  const id = add('Build', { priority: 1, payload: { a: 1 } });
  const after = add('Check', { agent_owner: 'qa', dependencies: [id] });
  expect(client.listReadyTasks().map((task) => task.id)).toEqual([id]);
  expect(client.claim_task(id, 'code')).toMatchObject({ status: 'in_progress', payload: { a: 1 } });
  expect(() => client.claimTask(id, 'code')).toThrow(TaskClaimRace);
  expect(() => client.claimTask(id, 'code')).toThrow(`task ${id} no longer pending`);
  client.complete_task(id, { output_refs: ['a.ts'], cost_usd: 0.5, actual_cost_usd: 0.75 });
  expect(client.get_task(id)).toMatchObject({ status: 'done', output_refs: ['a.ts'], actual_cost_usd: 0.75 });
  expect(client.list_ready_tasks('qa').map((task) => task.id)).toEqual([after]);
  expect(client.list_ready_tasks('code')).toEqual([]);
  expect(client.get_task('nowhere')).toBeNull();
  expect(firstBadRow(path)).toBe(0);
});

test('failures are counted, requeued, escalated; what was killed stays killed (R-PROD-023)', () => {
  const { client, add } = aClient();
  const id = add('Build');
  client.claim_task(id, 'code');
  expect(client.fail_task(id, 'exit 3')).toBe(1);
  client.requeue_task(id);
  expect(client.get_task(id)).toMatchObject({
    status: 'pending',
    retry_count: 1,
    escalation_reason: 'exit 3',
  });
  client.claim_task(id, 'code');
  client.kill_task(id, 'not wanted');
  expect(client.fail_task(id, 'too late')).toBe(1);
  client.complete_task(id, {});
  expect(client.get_task(id)).toMatchObject({ status: 'killed', escalation_reason: 'not wanted' });
  expect(() => client.escalate_task(id, 'x')).toThrow(LedgerError);
});

test('audit rows are found and counted, money is added up per day (R-PROD-053, R-PROD-096, R-PROD-097)', () => {
  const { path, client, add } = aClient();
  const first = add('Wake up', { agent_owner: 'wakeup' });
  add('Filed', { caused_by_task_id: first });
  expect(client.count_audit_events({ action: 'task_inserted' })).toBe(2);
  expect(client.count_audit_events({ action: 'task_inserted', caused_by_task_id: first })).toBe(1);
  expect(() => add('Again', { agent_owner: 'wakeup', caused_by_task_id: first })).toThrow(
    'wake-up recursion is forbidden.',
  );
  const hash = new AuditLogger(client, 'qa').event(
    'checked',
    { größe: [1, null], a: true },
    { cost_usd: 0.1 },
  );
  expect(client.latest_audit_hash()).toBe(hash);
  expect(client.last_audit_event({ action: 'checked' })).toMatchObject({
    ...{ agent_owner: 'qa', detail: '{"a": true, "größe": [1, null]}', cost_usd: 0.1 },
  });
  const caps = { hard_cap_usd: 20, soft_cap_ratio: 0.8 };
  expect(client.budget_state('code', caps)).toEqual([0, 16, 20]);
  expect(client.update_budget('code', 1.5, { ...caps, hard_cap_usd: 10 })).toEqual([1.5, 8, 10]);
  client.update_budget('qa', 0.25, caps);
  expect(client.total_spend_today()).toBe(1.75);
  expect(rows(path, 'select distinct date from budget')).toEqual([{ date: utcToday() }]);
  expect(firstBadRow(path)).toBe(0);
});

test('several calls are one transaction, and an unknown task is named (R-PROD-025, R-PROD-096)', () => {
  const { client, add } = aClient();
  expect(() =>
    client.transaction(() => {
      add('gone with the rest');
      client.record_decision({
        ...{ task_id: 'nowhere', agent_owner: 'code', kind: 'x', decision_text: 'a', rationale: 'b' },
      });
    }),
  ).toThrow('no task "nowhere"');
  expect(client.list_ready_tasks()).toEqual([]);
});

test('a seed file is taken whole or not at all, also in the shape of the onboarding brief (R-PROD-009)', () => {
  const { path, client } = aClient();
  const file = join(aFolder(), 'seed.json');
  const seed = (content: unknown) => {
    writeFileSync(file, JSON.stringify(content));
    return client.seed_from_json(file);
  };
  const full = {
    id: 's1',
    agent_owner: 'code',
    title: 'A',
    description: 'a',
    created_at: '2026-05-06T00:00:00Z',
  };
  const child = { id: 's2', agent_owner: 'qa', title: 'B', dependencies: ['s1'], parent_task_id: 's1' };
  expect(seed([child, full, { agent: 'qa', title: 'C' }])).toBe(3);
  expect(seed([full])).toBe(0);
  expect(client.get_task('s1')).toMatchObject({ created_at: '2026-05-06T00:00:00Z', status: 'pending' });
  expect(() => seed([{ ...full, id: 's3' }, { agent: 'qa' }])).toThrow('seed[1].title');
  expect(() =>
    seed([
      { ...full, id: 's4', dependencies: ['s5'] },
      { ...full, id: 's5', dependencies: ['s4'] },
    ]),
  ).toThrow('would wait for itself');
  expect(client.get_task('s3')).toBeNull();
  expect(client.get_task('s4')).toBeNull();
  expect(client.count_audit_events({ action: 'tasks_seeded' })).toBe(2);
  expect(firstBadRow(path)).toBe(0);
});

test('caps of a day are kept over the table budget (R-PROD-054)', () => {
  const { path, client, add } = aClient();
  const tracker = new BudgetTracker(client, {
    roleCaps: { code: { daily_cap_usd: 1 } },
    project_ceiling_usd: 1.2,
  });
  expect([
    tracker.can_spend('code', 1),
    tracker.can_spend('code', 1.01),
    tracker.can_spend('other', 0.1),
  ]).toEqual([...[true, false, false]]);
  expect(() => tracker.canSpend('code', -1)).toThrow('usd');
  const task_id = add('Build');
  expect(tracker.record_spend('code', 0.9, { task_id, api: 'claude' })).toEqual([0.9, 0.8, 1]);
  expect(tracker.soft_warn('code')).toBe(true);
  expect(() => tracker.recordSpend('code', 0.2)).toThrow(BudgetExceeded);
  expect(client.total_spend_today()).toBeCloseTo(1.1);
  expect(client.count_audit_events({ action: 'cost' })).toBe(2);
  expect(firstBadRow(path)).toBe(0);
});

test('dollars that add up to a cap exactly are within it (R-PROD-048, R-PROD-053)', () => {
  const { client, path } = aClient();
  const role_caps = { code: { daily_cap_usd: 0.3 } };
  const tracker = new BudgetTracker(client, { role_caps, project_ceiling_usd: 1 });
  for (const spent of [0.1, 0.2, 0.3]) {
    expect(tracker.can_spend('code', 0.1)).toBe(true);
    expect(tracker.record_spend('code', 0.1)[0]).toBe(spent);
  }
  expect(tracker.can_spend('code', 0.000_001)).toBe(false);
  // A fraction of a micro-dollar is not lost.
  client.update_budget('code', 0.000_000_4, { hard_cap_usd: 1, soft_cap_ratio: 0.8 });
  expect(rows(path, 'select spent_usd from budget')).toEqual([{ spent_usd: 0.300_000_4 }]);
});

test('a script arms and releases the brake file (R-PROD-064)', () => {
  const path = join(aFolder(), 'agent-state', 'kill_switch');
  const watcher = new KillSwitchWatcher(path);
  watcher.disarm();
  expect(watcher.is_armed()).toBe(false);
  watcher.arm('too expensive');
  expect(watcher.isArmed()).toBe(true);
  watcher.disarm();
  expect(watcher.is_armed()).toBe(false);
  writeFileSync(path, '');
  expect(watcher.is_armed()).toBe(true);
});

test('ids and times look as they always did (R-PROD-027)', () => {
  expect(newId()).toMatch(/^[0-9A-HJKMNP-TV-Z]{26}$/);
  expect(new_id('01HYKT')).toMatch(/^01HYKT[0-9A-F]{20}$/);
  expect(utc_iso_now()).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/);
});

describe('the real ai-producer 0.3.5', () => {
  const upstream = realUpstream('0.3.5');
  // Where the package index cannot be reached the files it made earlier, beside this test, still stand for it.
  if ('missing' in upstream) console.warn(`NOT TESTED with the real ai-producer: ${upstream.missing}`);

  test('reads a ledger that we wrote and goes on in it, and we after it (R-PROD-028, R-SYS-040)', ({
    skip,
  }) => {
    if ('missing' in upstream) return skip();
    const { path, client, add } = aClient();
    const done = add('Design', { priority: 2 });
    client.claim_task(done, 'code');
    client.complete_task(done, { cost_usd: 0.0078125 });
    const next = add('Build ✓', { priority: 0, payload: { größe: 3 }, dependencies: [done] });
    add('Blocked', { priority: 0, dependencies: [next] });
    client.close();

    const seen = upstream.run('go-on', path);
    expect(seen.ready).toEqual([[next, 'code', 'Build ✓', { größe: 3 }, [done]]]);
    expect(seen.claimed).toBe(next);
    expect(firstBadRow(path)).toBe(0);

    const again = aClient(path);
    expect(again.client.get_task(next)).toMatchObject({ status: 'done', actual_cost_usd: 0.75 });
    expect(again.client.list_ready_tasks().map(({ title }) => title)).toEqual([
      'Blocked',
      'Filed by the other one',
    ]);
    again.client.append_audit({ agent_owner: 'qa', action: 'seen', detail: {} });
    expect(firstBadRow(path)).toBe(0);
  });

  test.for(['ai-producer-0.2.3', 'ai-producer-0.3.5', 'before-costs'])(
    'goes on in a file of %s that we have opened (R-PROD-099)',
    (release, { skip }) => {
      if ('missing' in upstream) return skip();
      const { path } = fixtureCopy(release);
      aClient(path).client.close();
      expect(upstream.run('go-on', path)).toMatchObject({ claimed: expect.any(String) });
      expect(firstBadRow(path)).toBe(0);
    },
  );
});
