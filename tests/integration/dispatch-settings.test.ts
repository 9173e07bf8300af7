import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { call } from '../helpers/call.ts';
import { aClaudeProject } from '../helpers/claude-project.ts';
import { aRecord } from '../helpers/fake-claude.ts';
import type { TestProject } from '../helpers/project.ts';

const yamlOf = ({ dir }: TestProject) => join(dir, '.config', 'agent-dispatch', 'agents.yaml');

/** Lays these settings over those of agents.yaml, as an editor would. */
function edit(p: TestProject, settings: Readonly<Record<string, unknown>>): void {
  const file = JSON.parse(readFileSync(yamlOf(p), 'utf8')) as Record<string, unknown>;
  writeFileSync(yamlOf(p), JSON.stringify({ ...file, settings }));
}

test('what the settings give all agents reaches the CLI; the cap is told when it was passed (R-AD-021, R-AD-128, R-ADX-002, R-ADX-025)', async () => {
  const record = aRecord();
  const p = await aClaudeProject(
    { infra: { costUsd: 0.75 } },
    {
      env: record.env,
      yaml: {
        settings: {
          ...{ default_max_budget_usd: 0.5, default_permission_mode: 'plan', dispatch_protocol: false },
          default_disallowed_tools: ['Write'],
        },
      },
    },
  );
  const answer = await call(p.project, 'dispatch', { agent: 'infra', task: 'Look' });
  expect(answer).toMatchObject({ success: true, cost_usd: 0.75, budget_exceeded: true });
  const words = record.calls()[0]?.argv.join(' ') ?? '';
  expect(words).toContain('--max-budget-usd 0.5 --permission-mode plan --disallowedTools Write');
  expect(words).not.toContain('--append-system-prompt');
});

test('an edited setting counts at the next call; other bounds of the cache are another cache (R-AD-122, R-ADX-044, R-AD-007)', async () => {
  const record = aRecord();
  const p = await aClaudeProject({ infra: {} }, { env: record.env });
  const asked = { agent: 'infra', task: 'Look' };
  const cachedAfter = async (settings: Readonly<Record<string, unknown>>) => {
    edit(p, settings);
    const first = await call(p.project, 'dispatch', asked);
    expect((await call(p.project, 'dispatch', asked)).cached).toBe(true);
    return first.cached === true;
  };
  expect(await cachedAfter({})).toBe(false);
  expect(await cachedAfter({ cache: { ttl: 60 } })).toBe(false);
  expect(await cachedAfter({ cache: { ttl: 60, max_size: 7 } })).toBe(false);
  expect(await cachedAfter({ cache: { ttl: 60, max_size: 7 }, job_retention_days: 3 })).toBe(true);
  expect(await cachedAfter({ cache: { ttl: 60, max_size: 7 }, default_permission_mode: 'plan' })).toBe(false);
  edit(p, { cache: { enabled: false } });
  expect((await call(p.project, 'dispatch', asked)).cached).toBeUndefined();
  expect(record.calls()).toHaveLength(5);
});

test('what a group shares stands before the context of its members, and only of those (R-ADX-007)', async () => {
  const record = aRecord();
  const groups = {
    shop: { description: 'not for them', shared_context: 'We sell shoes.', members: ['infra'] },
  };
  const p = await aClaudeProject({ infra: {}, db: {} }, { env: record.env, yaml: { groups } });
  await call(p.project, 'dispatch', { agent: 'infra', task: 'Look', context: 'It is late.', group: 'shop' });
  await call(p.project, 'dispatch', { agent: 'infra', task: 'Look', context: 'It is late.' });
  const prompts = record.calls().map(({ argv }) => argv[argv.indexOf('-p') + 1]);
  expect(prompts).toEqual([
    "Context:\nShared context (group 'shop'):\nWe sell shoes.\n\nIt is late.\n\nTask:\nLook",
    'Context:\nIt is late.\n\nTask:\nLook',
  ]);
  const ask = (agent: string, group: string) => call(p.project, 'dispatch', { agent, task: 'Look', group });
  await expect(ask('db', 'shop')).rejects.toThrow("Agent 'db' is not a member of group 'shop'.");
  await expect(ask('db', 'shops')).rejects.toThrow("Unknown group: 'shops'");
});
