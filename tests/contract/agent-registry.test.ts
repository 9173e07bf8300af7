import { lstatSync, mkdirSync, readdirSync, renameSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { agentsFilePlace } from '../../src/adapters/agents-file/agents-file-path.ts';
import type { AgentDirectory } from '../../src/core/ports/agent-registry.ts';
import { anAgentsFolder } from '../helpers/agents-folder.ts';

const HAND_WRITTEN = `# my agents
agents:
  # the one for servers
  infra:
    # careful
    directory: ../infra # relative
    timeout: 600
    colour: blue # not ours
    allowed_tools: [Read, 'Bash(git log:*)']

  # the one for data
  db:
    directory: /srv/db
    disallowed_tools: []
settings:
  default_timeout: 120
  cache: {enabled: no}
future: yes please
groups:
  all:
    shared_context: |
      Two lines
      of text.
    members:
    - agent: infra
      use_for: servers
    - agent: gone
`;

const names = ({ agents }: AgentDirectory) => [...agents.keys()];
const mode = (path: string) => (statSync(path).mode & 0o777).toString(8);

describe('reading', () => {
  test('a missing and an empty file mean no agents and default settings (R-AD-011, R-AD-015)', async () => {
    const { registry, write } = anAgentsFolder();
    for (const text of [null, '', '# nothing yet\n', 'agents:\nsettings:\n']) {
      if (text !== null) write(text);
      const directory = await registry.read();
      expect([names(directory), directory.groups.size, directory.warning]).toEqual([[], 0, null]);
      expect(directory.settings).toEqual({
        defaultTimeoutSeconds: 300,
        defaultMaxBudgetUsd: null,
        defaultPermissionMode: null,
        defaultAllowedTools: [],
        defaultDisallowedTools: [],
        maxDispatchDepth: 3,
        maxConcurrency: 5,
        cache: { enabled: true, ttlSeconds: 300, maxSize: 1000 },
        dispatchProtocol: true,
        usageLog: true,
        jobRetentionDays: 0,
      });
    }
  });

  test('agents have their defaults, and an empty tool list is not an absent one (R-AD-012, R-AD-013, R-AD-014, R-AD-016, R-AD-023)', async () => {
    const { registry, folder } = anAgentsFolder({ text: HAND_WRITTEN });
    const directory = await registry.read();
    expect(directory.agents.get('infra')).toEqual({
      name: 'infra',
      source: 'agents.yaml',
      kind: 'claude-cli',
      directory: join(folder, 'infra'),
      description: '',
      timeoutSeconds: 600,
      maxBudgetUsd: null,
      model: null,
      permissionMode: null,
      allowedTools: ['Read', 'Bash(git log:*)'],
      disallowedTools: null,
      capabilities: [],
      riskyCapabilities: [],
      instructions: '',
      command: [],
      env: {},
    });
    expect(directory.agents.get('db')).toMatchObject({
      timeoutSeconds: null,
      allowedTools: null,
      disallowedTools: [],
    });
    expect(directory.settings).toMatchObject({
      defaultTimeoutSeconds: 120,
      cache: { enabled: false, ttlSeconds: 300, maxSize: 1000 },
    });
  });

  test('groups load with members that do not exist (R-ADX-005)', async () => {
    const { registry } = anAgentsFolder({ text: HAND_WRITTEN });
    expect((await registry.read()).groups.get('all')).toEqual({
      name: 'all',
      description: '',
      sharedContext: 'Two lines\nof text.\n',
      members: [
        { agent: 'infra', useFor: 'servers' },
        { agent: 'gone', useFor: '' },
      ],
    });
  });

  test('an unchanged file is not read again, a changed one is at once (R-AD-007)', async () => {
    const { registry, write, path } = anAgentsFolder({ text: 'agents:\n  a: { directory: /a }\n' });
    const first = await registry.read();
    await new Promise((resolve) => setTimeout(resolve, 80));
    const second = await registry.read();
    expect(await registry.read()).toBe(second);
    expect(names(first)).toEqual(['a']);
    write('agents:\n  b: { directory: /a }\n');
    expect(names(await registry.read())).toEqual(['b']);
    writeFileSync(`${path}.new`, 'agents:\n  c: { directory: /a }\n');
    renameSync(`${path}.new`, path);
    expect(names(await registry.read())).toEqual(['c']);
  });

  test('a broken edit keeps the last good version and says so until it is mended (R-AD-007, R-AD-020)', async () => {
    const { registry, write, path, warnings } = anAgentsFolder({ text: HAND_WRITTEN });
    expect((await registry.read()).warning).toBeNull();
    write('agents:\n  a: [\n');
    const broken = await registry.read();
    expect(names(broken)).toEqual(['infra', 'db']);
    expect(broken.warning).toContain(`config at ${path} is not valid YAML:\nline `);
    await registry.read();
    expect(warnings).toEqual([broken.warning]);
    write('agents:\n  a: {}\n');
    expect((await registry.read()).warning).toContain(
      'has an invalid schema:\nagents.a.directory: is required',
    );
    write('agents:\n  a: { directory: /a }\n');
    expect(await registry.read()).toMatchObject({ warning: null });
  });

  test('the file is found by its variable, else in the home folder, whatever XDG says (R-AD-010)', () => {
    const home = { HOME: '/home/ann', XDG_CONFIG_HOME: '/elsewhere' };
    expect(agentsFilePlace(home).path).toBe('/home/ann/.config/agent-dispatch/agents.yaml');
    expect(agentsFilePlace({ ...home, AGENT_DISPATCH_CONFIG: '~/a.yaml' }).path).toBe('/home/ann/a.yaml');
    expect(agentsFilePlace({ ...home, AGENT_DISPATCH_CONFIG: '' }).path).toMatch(/agents\.yaml$/);
  });
});

describe('editing', () => {
  test('comments, order, unknown keys and everything else stay as they were (R-AD-019)', async () => {
    const { registry, read } = anAgentsFolder({ text: HAND_WRITTEN });
    await registry.update('infra', { timeout: 900, allowed_tools: ['Grep'], description: 'Für Server' });
    const changed = HAND_WRITTEN.replace('timeout: 600', 'timeout: 900').replace(
      "[Read, 'Bash(git log:*)']",
      '[Grep]\n    description: Für Server',
    );
    expect(read()).toBe(changed);
    await registry.add('web', { directory: '/srv/web', description: 'no', timeout: null });
    const added = changed.replace(
      'disallowed_tools: []\n',
      'disallowed_tools: []\n  web:\n    directory: /srv/web\n    description: "no"\n',
    );
    expect(read()).toBe(added);
    await registry.remove('web');
    expect(read()).toBe(changed);
  });

  test('null inherits again, an empty list stays, and nothing is written that was not given (R-AD-016, R-AD-023)', async () => {
    const { registry, read } = anAgentsFolder();
    await registry.add('a', { directory: '/srv/a', model: 'opus', allowed_tools: [], timeout: null });
    expect(read()).toBe('agents:\n  a:\n    directory: /srv/a\n    model: opus\n    allowed_tools: []\n');
    await registry.update('a', { model: null, allowed_tools: null, instructions: 'Be brief.' });
    expect(read()).toBe('agents:\n  a:\n    directory: /srv/a\n    instructions: Be brief.\n');
    await registry.update('a', { instructions: '' });
    expect(read()).toBe('agents:\n  a:\n    directory: /srv/a\n');
  });

  test('the file is 0600 in a folder of 0700, and nothing is left beside it but its lock (R-AD-019)', async () => {
    const { registry, path } = anAgentsFolder({ text: '# mine\n' });
    await registry.add('a', { directory: '/srv/a' });
    expect([mode(path), mode(dirname(path))]).toEqual(['600', '700']);
    expect(readdirSync(dirname(path)).sort()).toEqual(['agents.yaml', 'agents.yaml.lock.db']);
  });

  test('a linked file is written where it really is, and the link stays (R-AD-019, R-ADX-013)', async () => {
    const { registry, path, folder, read } = anAgentsFolder();
    const real = join(folder, 'dotfiles', 'agents.yaml');
    mkdirSync(dirname(real));
    mkdirSync(dirname(path));
    writeFileSync(real, '# dotfiles\n');
    symlinkSync(real, path);
    await registry.add('a', { directory: '/srv/a' });
    expect(lstatSync(path).isSymbolicLink()).toBe(true);
    expect(read()).toBe('# dotfiles\n\nagents:\n  a:\n    directory: /srv/a\n');
    expect(names(await registry.read())).toEqual(['a']);
  });

  test('a broken file is not written over, and an edit that would break it is refused', async () => {
    const { registry, read, write } = anAgentsFolder({ text: 'agents: [' });
    await expect(registry.add('a', { directory: '/srv/a' })).rejects.toThrow('is not valid YAML');
    expect(read()).toBe('agents: [');
    write('agents:\n  a: { directory: /a, timeout: -5 }\n');
    await expect(registry.add('b', { directory: '/srv/b' })).rejects.toThrow('must be a positive number');
    await registry.update('a', { timeout: 60 });
    expect(read()).toBe('agents:\n  a: { directory: /a, timeout: 60 }\n');
  });

  test('aliases, merge keys, numbers as names, line ends and indentation survive', async () => {
    const text =
      'base: &base\n    directory: /base\nagents:\n    7: *base\n    8:\n        <<: *base\n        model: x\n';
    const { registry, read, write } = anAgentsFolder({ text });
    await registry.update('7', { model: 'y' });
    await registry.update('8', { model: null });
    expect(read()).toBe(
      'base: &base\n    directory: /base\nagents:\n    7:\n        directory: /base\n        model: "y"\n    8:\n        <<: *base\n',
    );
    expect((await registry.read()).agents.get('8')?.directory).toBe('/base');
    write('agents:\r\n  a:\r\n    directory: /a\r\n');
    await registry.update('a', { model: 'z' });
    expect(read()).toBe('agents:\r\n  a:\r\n    directory: /a\r\n    model: z\r\n');
  });

  test('taken and unknown names are refused by name (R-AD-094, R-AD-097)', async () => {
    const { registry } = anAgentsFolder();
    await expect(registry.remove('a')).rejects.toThrow("Agent 'a' not found. Available: (none)");
    await registry.add('a', { directory: '/srv/a' });
    await registry.add('b', { directory: '/srv/b' });
    await expect(registry.add('a', { directory: '/x' })).rejects.toMatchObject({
      code: 'conflict',
      message: "Agent 'a' already exists. Remove it first.",
    });
    await expect(registry.update('c', { model: 'x' })).rejects.toMatchObject({
      code: 'agent-not-found',
      message: "Agent 'c' not found. Available: a, b",
    });
    await expect(registry.add('a b', { directory: '/x' })).rejects.toMatchObject({ code: 'invalid-input' });
  });

  test('groups are added, changed and removed (R-ADX-005, R-ADX-008)', async () => {
    const { registry, read } = anAgentsFolder();
    const members = [
      { agent: 'a', use_for: 'all' },
      { agent: 'b', use_for: '' },
    ];
    await registry.putGroup('g', { description: 'Both', members }, 'add');
    await expect(registry.putGroup('g', {}, 'add')).rejects.toThrow(
      "Group 'g' already exists. Remove it first.",
    );
    await registry.putGroup('g', { shared_context: 'Know this', description: '' }, 'update');
    expect(read()).toBe(
      'groups:\n  g:\n    members:\n      - agent: a\n        use_for: all\n      - agent: b\n    shared_context: Know this\n',
    );
    await registry.removeGroup('g');
    await expect(registry.removeGroup('g')).rejects.toMatchObject({ code: 'not-found' });
    await expect(registry.putGroup('h', {}, 'update')).rejects.toThrow(
      "Group 'h' not found. Available: (none)",
    );
  });
});

describe('two files', () => {
  test('agents of dispatch.yaml stand beside the others, and a shared name is told, not merged (R-SYS-023)', async () => {
    const { registry, path } = anAgentsFolder({
      text: 'agents:\n  both: { directory: /file, model: opus }\n  file: { directory: /file }\n',
      agents: {
        both: { cwd: '/project', options: { permission_mode: 'plan', allowed_tools: 'Read' } },
        engineer: {
          timeoutSeconds: 60,
          env: { A: '1' },
          options: { description: 'Builds', max_budget_usd: 2 },
        },
      },
    });
    const directory = await registry.read();
    expect(names(directory)).toEqual(['file', 'both', 'engineer']);
    expect(directory.agents.get('both')).toMatchObject({
      source: 'dispatch.yaml',
      directory: '/project',
      model: null,
      permissionMode: 'plan',
      allowedTools: null,
    });
    expect(directory.agents.get('engineer')).toMatchObject({
      directory: dirname(dirname(path)),
      description: 'Builds',
      maxBudgetUsd: 2,
      timeoutSeconds: 60,
      command: ['claude', '-p'],
    });
    expect(directory.warning).toBe(
      `agent 'both' stands in dispatch.yaml and in ${path}; the one of dispatch.yaml counts; agents.both.allowed_tools of dispatch.yaml is not a list of texts`,
    );
    await expect(registry.update('both', { model: 'x' })).rejects.toMatchObject({ code: 'conflict' });
    await expect(registry.add('engineer', { directory: '/x' })).rejects.toMatchObject({ code: 'conflict' });
    await expect(registry.remove('engineer')).rejects.toThrow('defined in dispatch.yaml');
    await registry.remove('both');
    expect((await registry.read()).agents.get('both')).toMatchObject({ directory: '/project' });
  });
});
