import { expect, test } from 'vitest';
import { explainConfig } from '../../../src/adapters/config/explain-config.ts';
import { load, problemsOf } from './config-folder.ts';

const BOARD = 'board: b.json\n';
const WHOLE = `${BOARD}idle_threshold_polls: 5
report_every_hours: 12
reports_dir: reports
notifications:
  ntfy_topic: team
  ntfy_url: https://push.example.org/
  ntfy_token_env: PUSH_TOKEN
  subject_prefix: Shop
  idle_wakeup_enabled: false
  idle_wakeup_cooldown_seconds: 60
  idle_wakeup_max_consecutive_done: 3
  webhook: { url: "https://example.org/hook/s3cret", secret_env: HOOK_SECRET }
  email: { to: ops@example.org, from: team@example.org }
  desktop: [notify-send]
  kinds: { idle: false, escalation: urgent, back-online: true }
  quiet_hours: { from: "22:00", to: "7:30", time_zone: Europe/Berlin }
  max_per_hour: 5
`;

test('nothing said: nothing is pushed, reports every six hours into the state directory (R-PROD-012, R-PROD-078)', async () => {
  const { settings, notes } = await load(`${BOARD}notifications: { ntfy_topic: "" }\n`);
  expect(notes).toEqual([]);
  expect(settings.notifications).toEqual({
    ...{ subjectPrefix: 'Dispatch', ntfy: null, webhook: null, email: null, off: ['report'], priorities: {} },
    ...{ desktop: null, quietHours: null, messagesPerHourMax: 20, idlePolls: 12 },
    wakeup: { enabled: true, cooldownSeconds: 7200, consecutiveDoneMax: 2 },
  });
  expect(settings).toMatchObject({ reportHours: 6, reportHtml: false, reportsDir: settings.stateDir });
});

test('everything about notifications is read as it is written (R-PROD-012, R-PROD-080)', async () => {
  const { settings, notes } = await load(WHOLE);
  expect(notes).toEqual([]);
  expect(settings.notifications).toEqual({
    subjectPrefix: 'Shop',
    ntfy: { url: 'https://push.example.org', topic: 'team', tokenEnv: 'PUSH_TOKEN' },
    webhook: { url: 'https://example.org/hook/s3cret', secretEnv: 'HOOK_SECRET' },
    email: {
      ...{ to: ['ops@example.org'], from: 'team@example.org' },
      command: ['/usr/sbin/sendmail', '-i'],
    },
    ...{ desktop: ['notify-send'], off: ['report', 'idle'], priorities: { escalation: 'urgent' } },
    quietHours: { fromMinute: 1320, toMinute: 450, timeZone: 'Europe/Berlin' },
    ...{ messagesPerHourMax: 5, idlePolls: 5 },
    wakeup: { enabled: false, cooldownSeconds: 60, consecutiveDoneMax: 3 },
  });
  expect(settings.reportsDir).toMatch(/\/reports$/);
});

test.each<[boolean | string, { off: string[]; priorities: object }]>([
  [true, { off: [], priorities: {} }],
  ['default', { off: [], priorities: { report: 'default' } }],
  [false, { off: ['report'], priorities: {} }],
])('kinds: { report: %j }: reports are told to whom asks for it (R-PROD-075)', async (report, expected) => {
  const { settings } = await load(`${BOARD}notifications: { kinds: { report: ${report} } }\n`);
  expect(settings.notifications).toMatchObject(expected);
});

test('what is shown of them holds no address: it may be a secret', async () => {
  const rows = explainConfig(await load(WHOLE));
  expect(JSON.stringify(rows)).not.toContain('s3cret');
  const row = rows.find(({ key }) => key === 'notifications.quiet_hours');
  expect(row).toMatchObject({ value: '22:00 to 07:30', from: expect.stringMatching(/dispatch\.yaml:\d+/) });
});

test.each([
  ['ntfy_topic: 7', 'notifications.ntfy_topic: must be a text of at most 200 characters'],
  ['ntfy_url: ftp://x', 'notifications.ntfy_url: must be an http or https address'],
  [
    'ntfy_token_env: "tk secret"',
    'notifications.ntfy_token_env: must be the name of an environment variable',
  ],
  ['quiet_hours: { from: "25:00", to: "07:00" }', 'notifications.quiet_hours.from: must be a time such as'],
  [
    'quiet_hours: { from: "22:00", to: "07:00", time_zone: Nowhere }',
    'notifications.quiet_hours.time_zone: is no time zone; for example Europe/Berlin',
  ],
  [
    'kinds: { idel: false }',
    'notifications.kinds: must be false, true or a priority for each of escalation, question',
  ],
  ['email: { to: "-Oops@x" }', 'notifications.email.to: must be a mail address such as ops@example.org'],
  [
    'email: { to: [root, "|/bin/sh"] }',
    'notifications.email.to[1]: must be a mail address such as ops@example.org',
  ],
  [
    'email: { to: root, from: "a@b\\nBcc: c@d" }',
    'notifications.email.from: must be a mail address such as ops@example.org',
  ],
  ['email: { to: [] }', 'notifications.email.to: must be a mail address'],
  ['max_per_hour: 0', 'notifications.max_per_hour: must be a whole number from 1 to 1000'],
  ['idle_wakeup_enabled: maybe', 'notifications.idle_wakeup_enabled: must be true or false'],
])('%s is refused with its place (R-PROD-019)', async (line, expected) => {
  const text = (await problemsOf(`${BOARD}notifications:\n  ${line}\n`)).join('\n');
  expect(text).toContain('dispatch.yaml:3:');
  expect(text).toContain(expected);
});
