import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { anApi } from '../helpers/api-client.ts';
import { aLedgerProject } from '../helpers/ledger-project.ts';
import { aListener } from '../helpers/notice-listener.ts';
import { until } from '../helpers/project.ts';

async function aTeam(config: Readonly<Record<string, unknown>> = {}, script = 'echo done') {
  const budget = { project_ceiling_usd: 10, agents: { code: { daily_cap_usd: 5 } } };
  const p = await aLedgerProject({
    roles: { code: script },
    config: { api_port: 0, budget, ...config },
  });
  return { p, ...(await anApi(p)) };
}

test('the page of a team has its state in one answer, and files work with it (R-PROD-084, R-PROD-100)', async () => {
  const { p, call } = await aTeam();
  const empty = (await call('GET', '/api/state')).body;
  expect(empty).toMatchObject({
    producer: { project_root: p.dir, config_path: `${p.dir}/dispatch.yaml` },
    kill_switch: { armed: false, reason: null, armed_at: null },
    budget: { today_usd: 0, limit_usd: 10, week_usd: 0, roles: [{ role: 'code', limit_usd: 5 }] },
    queue: { running: [], pending: [], recent: [] },
    ntfy_status: { enabled: false, topic: null, last_error: null, messages: [] },
  });
  const asked = { title: 'Build it', agent_owner: 'code', payload: { file: 'a.ts' } };
  const filed = await call('POST', '/api/tasks', asked);
  expect(filed).toMatchObject({ status: 200, body: { producer: empty.producer } });
  const ended = await until('it is done', async () => {
    const { body } = await call('GET', '/api/state');
    return body.queue.recent.length > 0 && body;
  });
  const [task] = ended.queue.recent;
  expect(task).toMatchObject({
    title: 'Build it',
    outcome: 'done',
    payload: { file: 'a.ts' },
    dependencies: [],
  });
  expect(Object.keys(task)).toHaveLength(19 + 1);
  expect(ended.audit.map(({ action }: { action: string }) => action)).toContain('task_inserted');
  expect(JSON.parse(ended.audit[0].detail)).toBeTypeOf('object');
});

test('a page shows the caps that count: those that a person has set, too (R-PROD-084, R-PROD-017)', async () => {
  const { call } = await aTeam();
  for (const cap of [
    { name: 'code', usd: 7 },
    { name: 'project', usd: 'none' },
  ])
    expect((await call('POST', '/budget', cap)).status).toBe(200);
  const { budget } = (await call('GET', '/api/state')).body;
  expect(budget).toMatchObject({ limit_usd: null, roles: [{ role: 'code', limit_usd: 7 }] });
});

test('what a page sends wrong is refused in the words it knows, and nothing is filed (R-PROD-100)', async () => {
  const { call } = await aTeam();
  const good = { title: 'x', agent_owner: 'code' };
  const refused = async (body: unknown) => {
    const { status, body: answer } = await call('POST', '/api/tasks', body);
    expect(status).toBe(400);
    return answer.error;
  };
  expect(await refused({ agent_owner: 'code' })).toBe('title is required');
  expect(await refused({ title: '  ', agent_owner: 'code' })).toBe('title is required');
  expect(await refused({ title: 'x' })).toBe('agent_owner is required');
  expect(await refused({ ...good, payload: [1] })).toBe('payload must be a JSON object');
  expect(await refused({ ...good, dependencies: 'a' })).toBe('dependencies must be a list');
  expect(await refused({ ...good, priority: 'high' })).toBe('priority must be a whole number from 0 to 5');
  await refused([]);
  expect((await call('GET', '/api/nothing')).status).toBe(404);
  expect((await call('GET', '/api/kill_switch')).status).toBe(405);
  expect((await call('GET', '/api/state')).body.queue).toEqual({ running: [], pending: [], recent: [] });
});

test('a page turns the kill switch only when it says so, and no other page can (R-PROD-086, R-PROD-100)', async () => {
  const { call, url } = await aTeam();
  const armed = await call('POST', '/api/kill_switch', { armed: true, reason: 'lunch' });
  expect(armed).toMatchObject({ status: 200, body: { kill_switch: { armed: true, reason: 'lunch' } } });
  // The empty form of a foreign page would have released it.
  expect((await call('POST', '/api/kill_switch', {})).status).toBe(400);
  const foreign = await fetch(`${url}/api/kill_switch`, {
    method: 'POST',
    headers: { origin: 'https://example.org', 'content-type': 'text/plain' },
    body: '{"armed": false}',
  });
  expect(foreign.status).toBe(403);
  expect((await call('GET', '/api/state')).body.kill_switch.armed).toBe(true);
  const released = await call('POST', '/api/kill_switch', { armed: false });
  expect(released.body.kill_switch).toEqual({ armed: false, reason: null, armed_at: null });
});

test('a page looks into a task, gives it up and puts it back to work (R-PROD-100, R-PROD-108)', async () => {
  const { p, call } = await aTeam({ escalations_dir: 'cases' }, '[ -e go ]');
  await call('POST', '/api/tasks', { title: 'Build it', agent_owner: 'code' });
  const inState = (status: string) =>
    until(`it is ${status}`, async () => {
      const { body } = await call('GET', '/api/state');
      const all = [...body.queue.recent, ...body.queue.pending, ...body.queue.running];
      return all.find((task: { status: string }) => task.status === status);
    });
  const { id } = await inState('escalated');
  const seen = await until('its case is there', async () => {
    const { body } = await call('GET', `/api/tasks/${id}`);
    return body.escalation_file !== null && body;
  });
  expect(seen.task).toMatchObject({ id, status: 'escalated', agent_owner: 'code' });
  expect(seen.audit.map(({ action }: { action: string }) => action)).toEqual(
    expect.arrayContaining(['task_inserted', 'task_failed', 'escalation']),
  );
  expect(seen.escalation_file.content).toMatch(/^# Escalation: Build it/);
  expect(await call('POST', `/api/tasks/${id}/kill`)).toMatchObject({ status: 200 });
  expect(await inState('killed')).toMatchObject({ id, escalation_reason: 'killed via web UI' });
  writeFileSync(join(p.dir, 'go'), '');
  expect(await call('POST', `/api/tasks/${id}/requeue`)).toMatchObject({ status: 200 });
  expect(await inState('done')).toMatchObject({ id });
  expect((await call('POST', `/api/tasks/${id}/kill`)).status).toBe(409);
  const missing = { status: 404, body: { error: 'task not found: none' } };
  expect(await call('GET', '/api/tasks/none')).toMatchObject(missing);
  expect(await call('POST', '/api/tasks/none/kill')).toMatchObject(missing);
  expect(await call('POST', '/api/tasks/none/requeue')).toMatchObject(missing);
});

test('a page asks for the report and hears where it is (R-PROD-100)', async () => {
  const { call } = await aTeam();
  const { status, body } = await call('POST', '/api/morning_report');
  expect(status).toBe(200);
  expect(readFileSync(body.path, 'utf8')).toMatch(/^# .* — Morning Report/);
  expect(body.queue).toEqual({ running: [], pending: [], recent: [] });
});

test('what was pushed is read back beside the answer, not within it (R-PROD-085)', async () => {
  const line = (id: string, more: object) => JSON.stringify({ id, time: 1, topic: 't', ...more });
  const listener = await aListener((_, response) => {
    response.end(
      `${line('a', { event: 'open' })}\n${line('b', { event: 'message', title: 'Team idle', message: 'hello' })}\nrubbish\n`,
    );
  });
  const { call } = await aTeam({ notifications: { ntfy_topic: 't', ntfy_url: listener.url } });
  const seen = await until('the message is there', async () => {
    const { ntfy_status } = (await call('GET', '/api/state')).body;
    return ntfy_status.messages.length > 0 && ntfy_status;
  });
  expect(seen).toMatchObject({ enabled: true, topic: 't', last_error: null });
  expect(seen.messages).toMatchObject([
    { id: 'b', title: 'Team idle', message: 'hello', tags: [], priority: 3 },
  ]);
  expect(listener.heard.filter(({ method }) => method === 'GET')).toMatchObject([
    { path: '/t/json?poll=1&since=10m' },
  ]);
});
