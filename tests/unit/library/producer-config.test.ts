import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, expectTypeOf, onTestFinished, test } from 'vitest';
import * as library from '../../../src/index.ts';
import {
  AuthConfig,
  BudgetConfig,
  type BudgetTracker,
  type LedgerClient,
  load_config,
  loadConfig,
  NotificationsConfig,
  ProducerConfig,
  RoleConfig,
} from '../../../src/index.ts';

/** A producer.yaml in a folder of its own. */
function aFile(text: string) {
  const dir = mkdtempSync(join(tmpdir(), 'producer-config-'));
  onTestFinished(() => rmSync(dir, { recursive: true, force: true }));
  mkdirSync(join(dir, 'game'));
  const file = join(dir, 'producer.yaml');
  writeFileSync(file, text);
  return { dir, file };
}

const WHOLE = `
project_name: My game
project_root: game
kill_switch: stop/it
poll_interval_seconds: 2.5
notifications: { ntfy_topic: night, quiet_hours: { from: "22:00", to: "07:00" } }
budget:
  project_ceiling_usd: 20
  monthly_usd: 100
  agents:
    code: { daily_cap_usd: 5, allowed_tools: [Read, Edit], prompt: agents/code.md, max_turns: 32, model: opus }
    qa: { daily_cap_usd: 1, allowed_tools: null }
api_port: 8123
`;

test('the 23 names of the Python package are there, functions in camelCase, too (R-PROD-095)', () => {
  const names = [
    ...['__version__', 'AUDIT_GENESIS_PREV_HASH', 'AuditLogger', 'AuthConfig', 'BudgetConfig'],
    ...['BudgetExceeded', 'BudgetTracker', 'ClaudeAgentInvoker', 'InvocationResult', 'KillSwitchWatcher'],
    ...['LedgerClient', 'LedgerError', 'NotificationsConfig', 'Producer', 'ProducerConfig', 'RoleConfig'],
    ...['Task', 'TaskClaimRace', 'load_config', 'new_id', 'utc_iso_now', 'utc_today'],
    ...['loadConfig', 'newId', 'utcIsoNow', 'utcToday'],
  ];
  expect(names.filter((name) => !(name in library))).toEqual([]);
  // The 23rd is a type.
  expectTypeOf<library.AuditRow>().toHaveProperty('action');
  expect(library.__version__).toBe(library.version);
});

test('load_config() reads a producer.yaml with the defaults of ai-producer, in both spellings (R-PROD-012, R-PROD-095)', () => {
  const { dir, file } = aFile(WHOLE);
  const config = load_config(file);
  const root = join(dir, 'game');
  expect(config).toBeInstanceOf(ProducerConfig);
  expect(config).toMatchObject({
    ...{ project_name: 'My game', project_root: root, kill_switch: join(root, 'stop/it') },
    ...{ poll_interval_seconds: 2.5, idle_threshold_polls: 12, reports_dir: join(root, 'agent-state') },
    ledger_db: join(root, 'agent-state/ledger.db'),
    escalations_dir: join(root, 'agent-state/escalations'),
    budget: { project_ceiling_usd: 20, soft_cap_ratio: 0.8, more: { monthly_usd: 100 } },
    auth: { mode: 'auto' },
    more: { api_port: 8123 },
  });
  expect({ ...config.notifications }).toMatchObject({
    ...{ ntfy_topic: 'night', subject_prefix: 'Producer', idle_wakeup_enabled: true },
    ...{ idle_wakeup_cooldown_seconds: 7200, idle_wakeup_max_consecutive_done: 2 },
    more: { quiet_hours: { from: '22:00', to: '07:00' } },
  });
  expect({ ...config.roles.code }).toEqual({
    ...{ name: 'code', daily_cap_usd: 5, allowed_tools: ['Read', 'Edit'], dispatch_reservation_usd: 0.1 },
    ...{ prompt: 'agents/code.md', max_turns: 32, more: { model: 'opus' } },
  });
  expect(config.roles.qa?.allowedTools).toEqual(['Read', 'Glob', 'Grep']);
  expect(config.role_caps_dict()).toEqual({ code: { daily_cap_usd: 5 }, qa: { daily_cap_usd: 1 } });
  expect([config.projectName, config.budget.projectCeilingUsd]).toEqual(['My game', 20]);
  config.pollIntervalSeconds = 9;
  expect(config.poll_interval_seconds).toBe(9);
  expect({ ...loadConfig(file), poll_interval_seconds: 9 }).toEqual({ ...config });
});

test('what is wrong in the file is said with its place, all of it (R-PROD-019)', () => {
  const { file } = aFile(WHOLE.replace('daily_cap_usd: 5', 'daily_cap_usd: -5').replace('2.5', '0'));
  expect(() => load_config(file)).toThrow(
    /producer\.yaml:5:1: poll_interval_seconds: [\s\S]*daily_cap_usd: must be/,
  );
  expect(() => load_config(`${file}.no`)).toThrow('producer.yaml.no: cannot be read');
});

test('a configuration can be made in code, of objects or of plain ones (R-PROD-095)', () => {
  const made = new ProducerConfig({
    ...{ projectName: 'shop', project_root: '/srv/shop', killSwitch: 'stop' },
    budget: new BudgetConfig({ project_ceiling_usd: 10 }),
    notifications: new NotificationsConfig({ ntfyTopic: 'x' }),
    auth: new AuthConfig({ mode: 'inherit' }),
    roles: {
      qa: new RoleConfig({ name: 'qa', daily_cap_usd: 1, timeout_seconds: 60 }),
      code: { daily_cap_usd: 2 },
    },
  });
  expect(made).toMatchObject({ kill_switch: '/srv/shop/stop', ledger_db: '/srv/shop/agent-state/ledger.db' });
  expect(made.roles.qa?.more).toEqual({ timeout_seconds: 60 });
  expect(made.roles.code?.name).toBe('code');
  expectTypeOf(made.roles).toEqualTypeOf<Record<string, RoleConfig>>();
  expectTypeOf<typeof BudgetTracker>().toBeConstructibleWith({} as LedgerClient, {
    role_caps: made.role_caps_dict(),
    project_ceiling_usd: made.budget.project_ceiling_usd,
  });
  expect(() => new ProducerConfig({ project_name: 'x', budget: {} })).toThrow('budget.project_ceiling_usd');
  expect(() => new ProducerConfig({ project_name: 'x', projectName: 'y' })).toThrow('given twice');
  expect(
    () =>
      new ProducerConfig({ project_name: 'x', budget: { project_ceiling_usd: 1 }, auth: { mode: 'api' } }),
  ).toThrow("auth.mode: must be one of ['auto', 'inherit', 'isolated']; got 'api'");
});
