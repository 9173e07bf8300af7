import { randomUUID } from 'node:crypto';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { delimiter, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, expect, test } from 'vitest';
import type { UpInfo } from '../../src/adapters/local/up-file.ts';
import { aFolder, cliCommand } from '../helpers/cli.ts';
import { anMcpClient, type McpClient } from '../helpers/mcp-clients.ts';
import { until } from '../helpers/processes.ts';
import { temporalAddress, workflowBundle } from '../helpers/temporal-server.ts';

/** Where the stand-in for Claude Code is. */
const AGENTS = dirname(fileURLToPath(new URL('../fixtures/agents/claude', import.meta.url)));

function isThere(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

const upFiles: string[] = [];
afterEach(async () => {
  for (const file of upFiles.splice(0)) {
    const { pid } = JSON.parse(readFileSync(file, 'utf8')) as UpInfo;
    process.kill(pid, 'SIGTERM');
    await until(() => !isThere(pid), 30_000);
  }
});

/** A user without any project, who has Claude Code and whose first call starts everything. */
function aUser() {
  const home = aFolder();
  const env = {
    ...{ HOME: home, XDG_STATE_HOME: join(home, 's'), XDG_CONFIG_HOME: join(home, 'c') },
    ...{ TEMPORAL_ADDRESS: temporalAddress(), DISPATCH_WORKFLOW_BUNDLE: workflowBundle() },
    PATH: [AGENTS, dirname(process.execPath), process.env.PATH].join(delimiter),
    DISPATCH_API_PORT: '0',
  };
  const project = `mcp-${randomUUID().slice(0, 8)}`;
  const place = cliCommand(['mcp', '--project', project], { cwd: home, env });
  const upFile = join(home, 's', 'dispatch', 'default', '.dispatch', 'up.json');
  upFiles.push(upFile);
  const folder = (name: string, settings: object) => {
    const path = join(home, name);
    mkdirSync(path);
    writeFileSync(join(path, '.fake-claude.json'), JSON.stringify(settings));
    return path;
  };
  return { place, folder };
}

async function untilDone(client: McpClient, jobId: string) {
  return (await client.call('dispatch_wait', { job_id: jobId, timeout_seconds: 60 })).json;
}

test('from nothing: add an agent, dispatch to it, hear of it, ask again (R-AD-001, R-AD-008, R-AD-070, R-SYS-006)', async () => {
  const { place, folder } = aUser();
  const client = await anMcpClient('modern', place);
  expect((await client.call('list_agents')).json.error).toContain('No agents configured');
  const infra = folder('infra', { text: 'All is well.', say: ['Looking.'] });
  expect((await client.call('add_agent', { name: 'infra', directory: infra })).json.added).toBe('infra');
  const asked = { agent: 'infra', task: 'How is it?', caller: 'test', goal: 'to know' };
  const first = await client.call('dispatch', asked);
  expect(first.json).toMatchObject({ agent: 'infra', success: true, result: 'All is well.' });
  expect(first.content).toHaveLength(1);
  expect((await client.call('dispatch', asked)).json).toMatchObject({ cached: true, success: true });
  expect(client.notices.join('\n')).toContain('Cache hit for infra');
  const streamed = await client.call('dispatch_stream', asked);
  expect(streamed.json.success).toBe(true);
  expect(client.notices).toContain('[infra] Looking.');
  const unknown = await client.call('dispatch', { ...asked, agent: 'nobody' });
  expect(unknown.json.error).toBe("Unknown agent: 'nobody'. Available: infra");

  // A client that leaves in the middle of a call loses nothing.
  const slow = folder('slow', { text: 'Paid for.', delayMs: 3_000 });
  await client.call('add_agent', { name: 'slow', directory: slow });
  const leaving = await anMcpClient('legacy', place);
  const lost = leaving.call('dispatch', { agent: 'slow', task: 'x' }).catch(() => 'lost');
  const running = async () =>
    (await client.call('dispatch_jobs', { agent: 'slow' })).json as { id: string }[];
  await expect.poll(async () => (await running()).length, { timeout: 30_000 }).toBe(1);
  await leaving.close();
  expect(await lost).toBe('lost');
  const [job] = await running();
  expect(await untilDone(client, job?.id ?? '')).toMatchObject({ status: 'done' });
  expect((await client.call('fetch_result', { ref: job?.id })).json).toMatchObject({ result: 'Paid for.' });

  // Nor does one that calls its request off.
  const abort = new AbortController();
  const given = { agent: 'slow', task: 'y' };
  const called = client.call('dispatch', given, abort.signal).catch(() => 'called off');
  await expect.poll(async () => (await running()).length, { timeout: 30_000 }).toBe(2);
  abort.abort();
  expect(await called).toBe('called off');
  const [second] = await running();
  expect(await untilDone(client, second?.id ?? '')).toMatchObject({ status: 'done' });
});
