import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type HttpProject, startHttpProject } from '../helpers/http-project.ts';
import { anMcpClient, ERAS, type Era, type McpClient } from '../helpers/mcp-clients.ts';

let project: HttpProject;
beforeEach(async () => {
  project = await startHttpProject({ agents: {} });
});
afterEach(() => project.close());

const yaml = () => readFileSync(join(project.stateDir, 'agents.yaml'), 'utf8');

/** A folder of a project with these files. */
function folder(name: string, files: Readonly<Record<string, string>> = {}): string {
  const path = join(project.stateDir, name);
  mkdirSync(path, { recursive: true });
  for (const [file, text] of Object.entries(files)) writeFileSync(join(path, file), text);
  return path;
}

function mcp(era: Era = 'modern'): Promise<McpClient> {
  return anMcpClient(era, { url: `http://127.0.0.1:${project.server.port}/mcp` });
}

describe('tools', () => {
  test.each(ERAS)(
    'an agent is added, seen, changed and removed by a client of the %s era (R-AD-008, R-AD-058, R-AD-060, R-AD-064, R-AD-093, R-AD-096, R-AD-098, R-ADX-004, R-ADX-024)',
    async (era) => {
      const { call, notices } = await mcp(era);
      expect((await call('list_agents')).json).toEqual({
        error: 'No agents configured. Run: agent-dispatch add <name> <directory>',
      });
      const directory = folder('infra', { 'CLAUDE.md': '# Infra\nRuns servers.\n', Dockerfile: '' });
      expect((await call('add_agent', { name: 'infra', directory })).json).toEqual({
        added: 'infra',
        directory,
        description: 'Runs servers. | Stack: Docker',
      });
      expect(yaml()).toBe(
        `agents:\n  infra:\n    directory: ${directory}\n    description: "Runs servers. | Stack: Docker"\n`,
      );
      const entry = { name: 'infra', directory, description: 'Runs servers. | Stack: Docker' };
      expect((await call('list_agents')).json).toEqual([
        { ...entry, healthy: true, has_claude_md: true, has_mcp_config: false, stacks: ['Docker'] },
      ]);
      expect(notices).toContain('Found 1 configured agents');
      const change = {
        name: 'infra',
        timeout: 600,
        allowed_tools: 'Read,Bash(git log:*, git diff:*)',
        disallowed_tools: '[]',
      };
      expect(
        (
          await call('update_agent', {
            ...change,
            capabilities: 'deploy, restart',
            instructions: 'Be brief.',
          })
        ).json,
      ).toEqual({
        updated: 'infra',
        fields: ['timeout', 'allowed_tools', 'disallowed_tools', 'capabilities', 'instructions'],
      });
      expect((await call('inspect_agent', { name: 'infra', preview_lines: 1 })).json).toEqual({
        ...entry,
        timeout: 600,
        allowed_tools: ['Read', 'Bash(git log:*, git diff:*)'],
        disallowed_tools: [],
        capabilities: ['deploy', 'restart'],
        instructions: 'Be brief.',
        healthy: true,
        mcp_servers: [],
        stacks: ['Docker'],
        dbs: [],
        has_claude_md: true,
        has_readme: false,
        has_mcp_config: false,
        claude_md_preview: '# Infra',
        claude_md_truncated: true,
      });
      await call('update_agent', {
        name: 'infra',
        allowed_tools: 'NONE',
        disallowed_tools: 'none',
        capabilities: 'none',
        description: 'none',
      });
      expect(yaml()).toBe(
        `agents:\n  infra:\n    directory: ${directory}\n    timeout: 600\n    instructions: Be brief.\n`,
      );
      expect((await call('remove_agent', { name: 'infra' })).json).toEqual({ removed: 'infra' });
    },
  );

  test('what is wrong is told in the words of the wire, and nothing is written (R-AD-094, R-AD-097, R-ADX-014, R-ADX-040, R-ADX-048)', async () => {
    const { call } = await mcp();
    const directory = folder('a');
    const errorOf = async (tool: string, input: object) =>
      (await call(tool, { ...input })).json.error as string;
    const add = (input: object) => errorOf('add_agent', { name: 'a', directory, ...input });
    expect(await add({ name: 'a b' })).toMatch(
      /^Invalid agent name: 'a b'\. Use only letters, digits, hyphens/,
    );
    expect(await add({ name: 'a\n' })).toMatch(/^Invalid agent name: /);
    expect(await add({ directory: join(directory, 'gone') })).toBe(
      `Directory does not exist: ${directory}/gone`,
    );
    expect(await add({ directory: ' ' })).toBe('directory: is required');
    expect(await add({ timeout: -5 })).toMatch(/^timeout must be a positive number of seconds \(got -5\)/);
    expect(await add({ max_budget_usd: -1 })).toBe(
      'max_budget_usd must be >= 0 (got -1); 0 inherits defaults.',
    );
    expect(await add({ max_budget_usd: '1e999' })).toBe('max_budget_usd must be a finite number.');
    expect(await add({ allowed_tools: 'Bash(git' })).toContain('allowed_tools: ');
    expect(await errorOf('list_agents', {})).toMatch(/^No agents configured/);
    expect(await errorOf('remove_agent', { name: 'x' })).toBe("Agent 'x' not found. Available: (none)");
    await call('add_agent', { name: 'a', directory });
    expect(await add({})).toBe("Agent 'a' already exists. Remove it first.");
    expect(await errorOf('update_agent', { name: 'a' })).toBe(
      'Nothing to update. Pass at least one non-empty field.',
    );
    expect(await errorOf('update_agent', { name: 'x', model: 'opus' })).toBe(
      "Agent 'x' not found. Available: a",
    );
    expect(await errorOf('inspect_agent', { name: 'x' })).toBe("Unknown agent: 'x'. Available: a");
  });

  test('budgets come and go, and an unknown mode is warned of and taken (R-AD-017, R-AD-095, R-AD-096)', async () => {
    const { call, notices } = await mcp();
    const directory = folder('a');
    const warning = "Unknown permission_mode: 'yolo'. Known values: bypassPermissions, default, plan";
    const added = await call('add_agent', {
      name: 'a',
      directory,
      description: 'A',
      permission_mode: 'yolo',
      max_budget_usd: 2.5,
    });
    expect(added.json).toEqual({ added: 'a', directory, description: 'A', permission_mode: 'yolo', warning });
    expect(notices).toContain(warning);
    expect(yaml()).toContain('max_budget_usd: 2.5\n');
    await call('update_agent', { name: 'a', max_budget_usd: -1, permission_mode: 'None' });
    expect(yaml()).toBe(`agents:\n  a:\n    directory: ${directory}\n    description: A\n`);
  });

  test('one bad folder spoils no list (R-AD-059, R-AD-066)', async () => {
    writeFileSync(
      join(project.stateDir, 'agents.yaml'),
      `agents:\n  good: { directory: ${folder('good')}, timeout: 0 }\n  gone: { directory: ./nowhere }\n`,
    );
    const { call } = await mcp();
    const gone = { name: 'gone', directory: join(project.stateDir, 'nowhere'), description: '' };
    const { json } = await call('list_agents');
    expect(json[1]).toEqual({ ...gone, healthy: false, has_claude_md: false, has_mcp_config: false });
    expect(json[0].healthy).toBe(true);
    expect((await call('inspect_agent', { name: 'gone' })).json).toEqual({
      ...gone,
      timeout: 300,
      healthy: false,
    });
  });

  test('a broken file is told by every tool; after a good one the last good version serves on (R-AD-007, R-ADX-014)', async () => {
    const file = join(project.stateDir, 'agents.yaml');
    writeFileSync(file, 'agents: [');
    const { call } = await mcp();
    const calls: readonly [string, object][] = [
      ['list_agents', {}],
      ['inspect_agent', { name: 'a' }],
      ['add_agent', { name: 'a', directory: folder('a') }],
      ['update_agent', { name: 'a', model: 'x' }],
      ['remove_agent', { name: 'a' }],
      ['list_groups', {}],
      ['inspect_group', { name: 'a' }],
    ];
    for (const [tool, input] of calls) {
      const { json } = await call(tool, { ...input });
      expect([tool, json]).toEqual([
        tool,
        { error: expect.stringContaining(`config at ${file} is not valid YAML:`), hint: expect.any(String) },
      ]);
    }
    writeFileSync(file, `agents:\n  a: { directory: ${folder('a')} }\n`);
    expect((await call('list_agents')).json).toHaveLength(1);
    writeFileSync(file, 'agents: [');
    const { json } = await call('inspect_agent', { name: 'a' });
    expect(json).toMatchObject({ name: 'a', config_warning: expect.stringContaining('is not valid YAML') });
  });

  test('groups are listed and inspected with members that are not there (R-ADX-005, R-ADX-006)', async () => {
    const { call } = await mcp();
    expect((await call('list_groups')).json).toEqual({
      error: 'No groups configured. Create one: agent-dispatch group add <name>',
    });
    const directory = folder('a');
    writeFileSync(
      join(project.stateDir, 'agents.yaml'),
      `agents:\n  a: { directory: ${directory}, description: A }\ngroups:\n  g:\n    description: Both\n    shared_context: Know this\n    members: [{ agent: a, use_for: all }, { agent: gone }]\n`,
    );
    const group = { name: 'g', description: 'Both', shared_context_present: true, member_count: 2 };
    expect((await call('list_groups')).json).toEqual([
      {
        ...group,
        members: [
          { agent: 'a', use_for: 'all', healthy: true },
          { agent: 'gone', unknown: true },
        ],
      },
    ]);
    expect((await call('inspect_group', { name: 'g' })).json).toEqual({
      ...group,
      shared_context: 'Know this',
      members: [
        { agent: 'a', use_for: 'all', healthy: true, directory, description: 'A' },
        { agent: 'gone', unknown: true },
      ],
    });
    expect((await call('inspect_group', { name: 'h' })).json.error).toContain("Unknown group: 'h'");
  });
});

describe('HTTP', () => {
  test('agents and groups are managed like routes, with the same answers (R-ADX-008, R-AD-093)', async () => {
    const { call } = project;
    const directory = folder('a');
    expect((await call('GET', '/agents-config')).json).toEqual([]);
    const added = await call('POST', '/agents-config', {
      name: 'a',
      directory,
      description: 'A',
      model: 'opus',
    });
    expect([added.status, added.json]).toEqual([201, { added: 'a', directory, description: 'A' }]);
    expect((await call('POST', '/agents-config', { name: 'a', directory })).status).toBe(409);
    expect((await call('PATCH', '/agents-config/a', { timeout: 60 })).json).toEqual({
      updated: 'a',
      fields: ['timeout'],
    });
    expect((await call('GET', '/agents-config/a?preview_lines=0')).json).toMatchObject({
      model: 'opus',
      timeout: 60,
    });
    expect((await call('GET', '/agents-config/b')).status).toBe(404);
    const members = [{ agent: 'a', use_for: 'all' }];
    expect((await call('POST', '/groups', { name: 'g', member: members })).json).toEqual({
      added: 'g',
      member_count: 1,
    });
    expect((await call('PATCH', '/groups/g', { member: ['a: some'], description: 'G' })).json.fields).toEqual(
      ['description', 'members'],
    );
    expect((await call('GET', '/groups/g')).json.members).toMatchObject([{ agent: 'a', use_for: 'some' }]);
    expect((await call('PATCH', '/groups/g', { member: ['b'] })).json.error).toBe(
      "Unknown agent: 'b'. Available: a",
    );
    expect((await call('PATCH', '/groups/g', {})).status).toBe(400);
    expect((await call('PATCH', '/groups/g', { member: ['none'] })).status).toBe(200);
    expect((await call('GET', '/groups')).json).toMatchObject([{ name: 'g', member_count: 0 }]);
    expect((await call('DELETE', '/groups/g')).json).toEqual({ removed: 'g' });
    expect((await call('DELETE', '/groups/g')).status).toBe(404);
    expect((await call('DELETE', '/agents-config/a')).json).toEqual({ removed: 'a' });
    const trail = (await call('GET', '/audit?limit=20')).json as readonly {
      action: string;
      subject: string;
    }[];
    expect(trail.map(({ action, subject }) => `${action} ${subject}`)).toContain('add-agent a');
  });

  test('without queue management agents can be looked at only (R-ART-110)', async () => {
    const own = await startHttpProject({ api: { enableQueueManagement: false } });
    const body = { name: 'a', directory: own.stateDir };
    expect((await own.call('POST', '/agents-config', body)).status).toBe(403);
    expect((await own.call('DELETE', '/groups/g')).status).toBe(403);
    expect((await own.call('GET', '/agents-config')).json).toMatchObject([{ name: 'engineer' }]);
    await own.close();
  });
});
