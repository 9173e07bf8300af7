import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { startApi } from '../../src/compose-api.ts';
import { aClaudeProject, withStandIn } from '../helpers/claude-project.ts';
import { cliCommand } from '../helpers/cli.ts';
import { golden, neutral } from '../helpers/golden.ts';
import { anMcpClient, ERAS, type McpClient, type McpPlace } from '../helpers/mcp-clients.ts';
import { MCP_SCRIPT, type Step } from '../helpers/mcp-script.ts';
import type { TestProject } from '../helpers/project.ts';

const AGENTS = {
  infra: { text: 'All is well.', say: ['Looking.'] },
  json: { scenario: 'json' },
  denied: { scenario: 'denied' },
  fails: { scenario: 'is-error' },
  partial: { scenario: 'status-partial' },
  budget: { scenario: 'budget' },
  forbidden: { scenario: 'permission-text' },
  hang: { scenario: 'hang' },
  talk: { state: '.state' },
  expert: { text: 'It is 42. [RESOLVED]' },
};
const GROUPS = {
  ops: {
    description: 'Those who run things',
    shared_context: 'It is the test system.',
    members: [{ agent: 'infra', use_for: 'servers' }, { agent: 'nobody' }],
  },
};
const FILES = {
  'CLAUDE.md': '# Infra\nRuns servers.\nAnd databases.\nAnd more.\n',
  'README.md': '# Infra\n\nEverything about the servers of the house.\n',
  Dockerfile: 'FROM scratch\n',
  '.mcp.json': '{"mcpServers":{"prometheus":{},"grafana":{}}}',
};

const MS_MAX = 240_000;

test.each(ERAS.flatMap((era) => (['stdio', 'HTTP'] as const).map((over) => [era, over] as const)))(
  'all 21 tools answer a %s client over %s as recorded (R-AD-002, R-AD-003, R-AD-004, R-AD-005, R-AD-040, R-AD-058, R-AD-064, R-AD-067, R-AD-071, R-AD-075, R-AD-081, R-AD-083, R-AD-091, R-AD-099, R-AD-105, R-AD-107, R-AD-109, R-AD-110, R-AD-111, R-AD-120, R-SYS-038)',
  async (era, over) => {
    const p = await aClaudeProject(AGENTS, { yaml: { groups: GROUPS }, config: { api_port: 0 } });
    for (const [name, text] of Object.entries(FILES)) writeFileSync(join(p.dir, 'infra', name), text);
    const client = await anMcpClient(era, await placeOf(p, over));
    expect(new Set(MCP_SCRIPT.map(({ tool }) => tool))).toEqual(
      new Set((await client.tools()).map(({ name }) => name)),
    );
    const seen: Record<string, unknown> = {};
    const recorded: unknown[] = [];
    for (const step of MCP_SCRIPT) {
      const answer = await ask(client, step, seen, p);
      seen[step.name] = answer;
      recorded.push({ step: step.name, tool: step.tool, answer: neutral(answer, p.dir) });
    }
    expect(recorded).toEqual(golden('mcp/answers', recorded));
  },
  MS_MAX,
);

async function placeOf({ dir, project }: TestProject, over: 'stdio' | 'HTTP'): Promise<McpPlace> {
  if (over === 'stdio') {
    const env = { HOME: dir, XDG_STATE_HOME: join(dir, 'state'), PATH: withStandIn().PATH };
    return cliCommand(['mcp'], { cwd: dir, env });
  }
  const api = await startApi(project);
  onTestFinished(() => api.close());
  return { url: `${api.url}/mcp` };
}

/** One text block each, never a protocol error. */
async function ask(
  client: McpClient,
  { tool, given, until = () => true }: Step,
  seen: Readonly<Record<string, unknown>>,
  { dir }: TestProject,
): Promise<unknown> {
  const named = typeof given === 'function' ? given(seen) : given;
  const whole = 'directory' in named ? { ...named, directory: join(dir, String(named.directory)) } : named;
  const deadline = performance.now() + MS_MAX / 4;
  for (;;) {
    const { json, content, isError } = await client.call(tool, whole);
    expect(content).toEqual([{ type: 'text', text: expect.any(String) }]);
    expect(isError ?? false).toBe(false);
    if (until(json)) return json;
    if (performance.now() > deadline) throw new Error(`${tool} did not come to it: ${JSON.stringify(json)}`);
  }
}
