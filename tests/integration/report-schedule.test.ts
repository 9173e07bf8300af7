import { readdirSync, statSync, utimesSync } from 'node:fs';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { reportScheduleId } from '../../src/core/ids.ts';
import { aListener } from '../helpers/notice-listener.ts';
import { aProject, type TestProject, until } from '../helpers/project.ts';

const routes = [{ queue_name: 'Todo', agent: 'ok' }];
const agents = { ok: 'exit 0' };
const caller = { channel: 'cli', actor: 'tester' } as const;
const SEVEN_HOURS_S = 7 * 3600;

/** A project whose reports are written by themselves; its schedule is gone with the test. */
async function aReporting(config: Record<string, unknown> = {}) {
  const p = await aProject({ agents, routes, worker: false, config: { report_every_hours: 6, ...config } });
  const client = await p.project.client();
  const schedule = client.schedule.getHandle(reportScheduleId(p.project.settings().project));
  onTestFinished(() => schedule.delete().catch(() => undefined));
  return { p, schedule };
}

const reportsIn = ({ project }: TestProject) => {
  const dir = project.settings().reportsDir;
  return readdirSync(dir)
    .filter((name) => /^morning-report-\d{8}\.md$/.test(name))
    .map((name) => join(dir, name));
};

test('the first report is written at start-up, the next when its time has come (R-PROD-072)', async () => {
  const { p, schedule } = await aReporting();
  await p.startWorker();
  const [path] = await until('a report', () => reportsIn(p).length === 1 && reportsIn(p));
  await until('its end', async () => (await schedule.describe()).info.runningActions.length === 0);
  const known = await schedule.describe();
  expect(known.spec.intervals).toMatchObject([{ every: 6 * 3_600_000 }]);
  expect(known.info.numActionsTaken).toBe(1);
  await p.worker?.stop();
  // It is not old: a restart writes none.
  await p.startWorker();
  const before = statSync(path!).mtimeMs - SEVEN_HOURS_S * 1000;
  await p.worker?.stop();
  expect((await schedule.describe()).info.numActionsTaken).toBe(1);
  utimesSync(path!, before / 1000, before / 1000);
  await p.startWorker();
  await until('a new report', () => statSync(path!).mtimeMs > before + 1000);
  expect((await schedule.describe()).info.numActionsTaken).toBe(2);
});

test('reports go on while the kill switch is armed, and say so (R-PROD-062, R-PROD-075)', async () => {
  const { p, schedule } = await aReporting();
  await p.startWorker();
  await until('a report', () => reportsIn(p).length === 1);
  await p.project.context.control.arm({ reason: 'enough', stopRunning: false }, caller);
  const [path] = reportsIn(p);
  utimesSync(path!, 1, 1);
  await schedule.trigger();
  await until('one more', () => statSync(path!).mtimeMs > 1000);
  const { markdown } = await p.project.context.reports.write('2026-11-20', caller);
  expect(markdown).toContain('- **Kill switch is currently ARMED.** Investigate before resume.\n');
});

test('a report is told over the channels to whom asked for it, the latest alone stays open (R-PROD-075)', async () => {
  const hook = await aListener();
  const notifications = { webhook: { url: hook.url }, kinds: { report: 'low' } };
  const { p, schedule } = await aReporting({ notifications, report_html: true });
  await p.startWorker();
  await until('told', () => hook.heard.length === 1);
  const [path] = reportsIn(p);
  const day = new Date().toISOString().slice(0, 10);
  expect(JSON.parse(hook.heard[0]!.body)).toMatchObject({
    ...{ kind: 'report', subject: `Morning report ${day}`, priority: 'low', tags: ['newspaper'] },
    body: `0 shipped; nothing waits for you; $0.00 spent; no anomalies.\n${path?.replace(/md$/, 'html')}`,
  });
  await schedule.trigger();
  await until('told again', () => hook.heard.length === 2);
  const notices = await p.project.context.store.notices.list({ limit: 9 });
  expect(notices.map(({ resolvedAt }) => resolvedAt === null)).toEqual([true, false]);
});

test('nobody is told of a report who has not asked for it (R-PROD-075)', async () => {
  const { p, schedule } = await aReporting();
  await p.startWorker();
  await until('a report', () => reportsIn(p).length === 1);
  await until('its end', async () => (await schedule.describe()).info.runningActions.length === 0);
  expect(await p.project.context.store.notices.list({ limit: 9 })).toEqual([]);
});

test('no interval, no schedule; what was there before is taken away', async () => {
  const { p, schedule } = await aReporting({ report_every_hours: 6 });
  await p.startWorker();
  await until('a schedule', () => schedule.describe().catch(() => null));
  await p.worker?.stop();
  p.project.apply({ ...p.project.settings(), reportHours: 0 });
  await p.startWorker();
  await until('gone', () =>
    schedule.describe().then(
      () => false,
      () => true,
    ),
  );
});

test('without a ledger a report tells of runs and of what was given up (R-PROD-073)', async () => {
  const { p } = await aReporting({ report_every_hours: 0 });
  p.saveBoard({ Todo: [{ id: '1', name: 'Fix the login' }], 'In Progress': [], Done: [] });
  await p.startWorker();
  const { context } = p.project;
  await until(
    'a run',
    async () => (await context.store.projection.listRuns({ status: 'finished', limit: 1 })).length === 1,
  );
  const day = new Date().toISOString().slice(0, 10);
  const { markdown } = await context.reports.write(day, caller);
  expect(markdown).toContain('## Shipped overnight (1 tasks)\n- **Fix the login** — ok (');
  expect(markdown).toContain('By agent: ok=1\n');
  expect(markdown).toMatch(/_Generated by Dispatch at \S+Z\._\n$/);
});
