import { join } from 'node:path';
import { expect, test } from 'vitest';
import { createAgentRegistry } from '../../../src/adapters/agents-file/agent-registry.ts';
import { agentFor } from '../../../src/adapters/routes/effective-routes.ts';
import { modelOptionsOf } from '../../../src/core/policy/model-options.ts';
import { aFolder, load, problemsOf } from './config-folder.ts';

const AGENTS = `
agents:
  infra: { directory: ./infra, model: opus, allowed_tools: [], max_budget_usd: 2, instructions: Be brief. }
  db: { directory: db, timeout: 60 }
settings: { default_allowed_tools: [Bash], default_disallowed_tools: [Write], default_permission_mode: plan }
`;

/** Loads the text beside this agents.yaml. */
function aHome(agents = AGENTS) {
  const home = aFolder(agents === '' ? {} : { 'agents.yaml': agents });
  const path = join(home, 'agents.yaml');
  const env = { HOME: home, AGENT_DISPATCH_CONFIG: path };
  return {
    home,
    path,
    load: (text: string) => load(text, { env }),
    problems: (text: string) => problemsOf(text, { env }),
  };
}

const ROUTED = 'board: b.json\nroutes: [{ queue: Todo, agent: infra }, { queue: Data, agent: db }]\n';

test('a route runs an agent of agents.yaml in its folder, with its settings (R-SYS-023, R-AD-013, R-AD-016)', async () => {
  const { home, path, load } = aHome();
  const { settings, files, notes } = await load(ROUTED);
  expect(notes).toEqual([]);
  expect(files).toContain(path);
  expect(settings.routes).toMatchObject([
    { agent: 'infra', timeoutSeconds: 300 },
    { agent: 'db', timeoutSeconds: 60 },
  ]);
  const infra = agentFor({ queue_name: 'Todo', agent: 'infra' }, settings);
  expect(infra).toMatchObject({ kind: 'claude-cli', cwd: join(home, 'infra'), command: [] });
  expect(modelOptionsOf(infra)).toMatchObject({
    ...{ model: 'opus', permissionMode: 'plan', allowedTools: [], disallowedTools: ['Write'] },
    budgetMicroUsd: 2_000_000,
    systemPrompt: expect.stringContaining('Be brief.'),
  });
  const db = agentFor({ queue_name: 'Data', agent: 'db' }, settings);
  expect(modelOptionsOf(db).allowedTools).toEqual(['Bash']);
});

test('what a route or dispatch.yaml says of timeouts comes before the settings of agents.yaml (R-SYS-023)', async () => {
  const { load } = aHome();
  const routes = 'routes: [{ queue: Todo, agent: infra, timeout: none }, { queue: Data, agent: infra }]\n';
  const { settings } = await load(`board: b.json\nagent_timeout: 900\nsilence_timeout: 30\n${routes}`);
  expect(settings.routes.map(({ timeoutSeconds }) => timeoutSeconds)).toEqual([null, 900]);
  expect(settings.sharedAgents?.infra?.silenceSeconds).toBe(30);
});

test('of two agents of one name that of dispatch.yaml runs, and only such a meeting is told (R-SYS-023)', async () => {
  const { path, load } = aHome();
  const { settings } = await load(`agents: { db: ./own-db }\ndefault_agent: infra\n${ROUTED}`);
  expect(agentFor({ queue_name: 'Data', agent: 'db' }, settings)).toMatchObject({ command: ['./own-db'] });
  const place = { path, ownsFolder: false };
  const { warning, agents } = await createAgentRegistry({
    agentsFile: place,
    settings: () => settings,
  }).read();
  expect([...agents.keys()]).toEqual(['infra', 'db']);
  expect(warning).toBe(`agent 'db' stands in dispatch.yaml and in ${path}; the one of dispatch.yaml counts`);
});

test('a name that neither file has is an error that lists both (R-SYS-023, R-ART-003)', async () => {
  const { problems } = aHome();
  const text = 'agents: { own: ./own }\nboard: b.json\nroutes: [{ queue: Todo, agent: infro }]\n';
  expect(await problems(text)).toEqual([
    'dispatch.yaml:3:25: routes[0].agent: unknown agent "infro" (known: own, infra, db) (did you mean infra?)',
  ]);
});

test('a broken agents.yaml stops only what names its agents; a missing one is none (R-SYS-023, R-AD-011)', async () => {
  const broken = aHome('agents: [');
  const { settings, notes } = await broken.load('board: b.json\ncommand: x\n');
  expect(settings.sharedAgents).toBeUndefined();
  expect(notes).toEqual([{ level: 'warning', text: expect.stringContaining('is not valid YAML: line 1') }]);
  expect(await broken.problems(ROUTED)).toEqual([
    expect.stringMatching(
      /unknown agent "infra" \(there are no agents; config at .* is not valid YAML: line 1/,
    ),
    expect.stringContaining('unknown agent "db"'),
  ]);
  const none = await aHome('').load('board: b.json\ncommand: x\n');
  expect(none).toMatchObject({ notes: [], settings: { agents: {} } });
});
