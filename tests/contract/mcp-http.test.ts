import { describe, expect, onTestFinished, test } from 'vitest';
import { createRunTokens } from '../../src/api/run-tokens.ts';
import { aRun, type HttpProjectOptions, startHttpProject } from '../helpers/http-project.ts';
import { anMcpClient, ERAS } from '../helpers/mcp-clients.ts';

const TASK_TOOLS = [
  'status',
  'get_task',
  'add_comment',
  'move_task',
  'create_task',
  'list_tasks',
  'why_task',
];

async function started(options: HttpProjectOptions = {}) {
  const project = await startHttpProject(options);
  onTestFinished(() => project.close());
  return { project, url: `${project.server.url}/mcp` };
}

describe.each(ERAS)('a %s client over HTTP', (era) => {
  test('is told the name and how to dispatch (R-AD-001, R-AD-006)', async () => {
    const { url } = await started();
    const client = await anMcpClient(era, { url });
    const { name, instructions, version } = client.server();
    expect(name).toBe('agent-dispatch');
    for (const word of [
      'caller',
      'goal',
      'timeout',
      'permission',
      'dispatch_async',
      'return_ref',
      'add_agent',
    ])
      expect(instructions).toContain(word);
    expect(version).toBe(era === 'modern' ? '2026-07-28' : '2025');
  });

  test('lists task tools only when it asks for them (R-AD-002)', async () => {
    const { url } = await started();
    const without = await (await anMcpClient(era, { url })).tools();
    expect(without.filter(({ name }) => TASK_TOOLS.includes(name))).toEqual([]);
    const tools = await (await anMcpClient(era, { url: `${url}?tools=task` })).tools();
    expect(tools.map(({ name }) => name)).toEqual(expect.arrayContaining(TASK_TOOLS));
    const move = tools.find(({ name }) => name === 'move_task');
    expect(move?.inputSchema.required).toEqual(['task_id', 'target_queue']);
    expect(move?._meta).toEqual({ 'anthropic/alwaysLoad': true });
  });

  test('gets one text block with JSON in it, other scripts raw (R-AD-003, R-ADX-018)', async () => {
    const { url, project } = await started();
    const client = await anMcpClient(era, { url: `${url}?tools=task` });
    const answer = await client.call('add_comment', { task_id: '1', comment: 'Größe 漢字 🚀' });
    expect(answer.content).toHaveLength(1);
    expect(answer.isError).toBeFalsy();
    expect(answer.content[0]?.text).toContain('Größe 漢字 🚀');
    expect(answer.json).toEqual({ status: 'ok', task_id: '1', comment: 'Größe 漢字 🚀' });
    expect((await project.context.board.getTask('1')).comments).toHaveLength(1);
    const [row] = await project.context.store.records.listAudit(1);
    expect(row).toMatchObject({ channel: 'mcp', action: 'add-comment', subject: '1' });
  });

  test('gets failures as ordinary answers (R-AD-003)', async () => {
    const { url } = await started();
    const client = await anMcpClient(era, { url: `${url}?tools=task` });
    const missing = await client.call('get_task', { task_id: 'nope' });
    expect(missing.isError).toBeFalsy();
    expect(missing.json.error).toContain('nope');
    const wrong = await client.call('get_task', { task_id: 12 });
    expect(wrong.json.error).toMatch(/^task_id: .*string/);
    expect(wrong.json.hint).toBe('get_task takes task_id: string (required)');
    const none = await client.call('move_task', {});
    expect(none.json.error).toBe('task_id: is required; target_queue: is required');
    await expect(client.call('no_such_tool')).rejects.toThrow(/Unknown tool: no_such_tool/);
  });

  test('may write numbers as text and leave things out with null', async () => {
    const { url } = await started();
    const client = await anMcpClient(era, { url: `${url}?tools=task` });
    const listed = await client.call('list_tasks', { limit: '1', state: null, unknown: 1 });
    expect(listed.json).toHaveLength(1);
    const refused = await client.call('list_tasks', { limit: 'many' });
    expect(refused.json.error).toMatch(/^limit: .*number/);
  });

  test('with the token of a run works on its own task alone (R-SYS-029)', async () => {
    const { project, url } = await started({ api: { requireTokens: true }, token: 'secret' });
    await project.context.store.projection.putRun(aRun());
    const { stateDir, context } = project;
    const tokens = createRunTokens({ stateDir, store: context.store });
    const token = await tokens.issue({ runId: 'run-1', subject: '1' });
    const client = await anMcpClient(era, { url, token });
    const names = (await client.tools()).map(({ name }) => name);
    expect(names).toEqual(expect.arrayContaining(['get_task', 'add_comment', 'move_task', 'create_task']));
    expect(names).not.toContain('list_tasks');
    expect((await client.call('get_task', { task_id: '1' })).json.id).toBe('1');
    expect((await client.call('get_task', { task_id: '2' })).json.error).toContain('own task 1 only');
    const made = await client.call('create_task', { queue_name: 'Todo', name: 'Follow up' });
    expect(JSON.stringify(made.json)).toContain('Follow up');
    await expect(anMcpClient(era, { url, token: 'wrong' })).rejects.toThrow();
    await expect(anMcpClient(era, { url })).rejects.toThrow();
  });
});

test('foreign hosts and pages are refused before anything is read (R-SYS-028)', async () => {
  const { project, url } = await started();
  const headers = { accept: 'application/json, text/event-stream', 'content-type': 'application/json' };
  const body = JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'tools/list' });
  const from = (extra: Record<string, string>) =>
    fetch(url, { method: 'POST', headers: { ...headers, ...extra }, body });
  expect((await from({ origin: 'http://evil.example' })).status).toBe(403);
  expect((await from({})).status).toBe(200);
  const { status } = await project.call('POST', '/mcp', 'x'.repeat(2_000_000));
  expect(status).toBe(413);
  expect((await project.call('GET', '/mcp')).status).toBe(405);
});
