import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { expect, test } from 'vitest';
import { checkClaude } from '../../src/cli/doctor/claude.ts';
import type { AgentProfile } from '../../src/core/schema/agent-profile.ts';
import { fixtureAgent } from '../helpers/agent-run.ts';
import { aFolder, aProject, runCli } from '../helpers/cli.ts';
import { aProfile, theSettings } from '../unit/policy/dispatch/samples.ts';

/** What doctor says when the installed Claude Code lacks these. */
async function told(lacks: readonly string[], profile: Partial<AgentProfile> = {}, dispatchProtocol = true) {
  const cwd = aFolder();
  symlinkSync(fixtureAgent('claude'), join(cwd, 'claude'));
  const env = {
    PATH: `${cwd}:${process.env.PATH}`,
    FAKE_CLAUDE_SETTINGS: JSON.stringify({ lacks, version: '2.0.1' }),
  };
  const profiles = [aProfile(profile), aProfile({ name: 'other' })];
  const agents = new Map(profiles.map((one) => [one.name, one]));
  const findings = await checkClaude({ agents, settings: theSettings({ dispatchProtocol }) }, { env, cwd });
  return findings.map(({ state, text, fix }) => `${state}: ${text}${fix === undefined ? '' : ` → ${fix}`}`);
}

test.each<[string, () => Promise<readonly string[]>, readonly string[]]>([
  ['that knows all', () => told([]), ['ok: 2.0.1, knows every option we need']],
  [
    'that lacks what nobody uses',
    () => told(['--append-system-prompt', '--max-budget-usd'], {}, false),
    ['ok: 2.0.1, knows every option we need'],
  ],
  [
    'without system prompts',
    () => told(['--append-system-prompt']),
    [
      'warning: claude CLI predates --append-system-prompt: protocol and instructions of every agent are put in front of each prompt instead → claude update',
    ],
  ],
  [
    'without system prompts, where one agent has instructions',
    () => told(['--append-system-prompt'], { instructions: 'Be brief.' }, false),
    [
      'warning: claude CLI predates --append-system-prompt: protocol and instructions of infra are put in front of each prompt instead → claude update',
    ],
  ],
  [
    'without ids for conversations and without caps',
    () => told(['--session-id', '--max-budget-usd'], { maxBudgetUsd: 2 }),
    [
      'warning: claude CLI predates --session-id: a run that is cut off cannot be continued → claude update',
      'failed: claude CLI predates --max-budget-usd: every dispatch to infra will fail → claude update',
    ],
  ],
])('doctor tells of a claude %s (R-ADX-026)', async (_, found, expected) => {
  expect(await found()).toEqual(expected);
});

test('a wrapper around claude is not asked, and no other kind is (R-ADX-026)', async () => {
  const agents = new Map([['infra', aProfile({ command: ['wrapper'] })]]);
  expect(await checkClaude({ agents, settings: theSettings() }, { env: {}, cwd: '/' })).toEqual([]);
});

test('dispatch doctor misses a claude that is not installed (R-AD-138)', async () => {
  const { folder, env } = aProject({ config: 'board: board.json\ntemporal: { address: 127.0.0.1:1 }\n' });
  const agentsFile = join(env.HOME, '.config', 'agent-dispatch', 'agents.yaml');
  mkdirSync(dirname(agentsFile), { recursive: true });
  writeFileSync(agentsFile, JSON.stringify({ agents: { infra: { directory: folder } } }));
  const PATH = `${dirname(process.execPath)}:/usr/bin:/bin`;
  const { exitCode, stdout } = await runCli(['doctor', '--json'], { cwd: folder, env: { ...env, PATH } });
  const { checks } = JSON.parse(stdout) as { checks: readonly { name: string; text: string }[] };
  expect([exitCode, checks.find(({ name }) => name === 'claude')?.text]).toEqual([
    1,
    'Claude CLI not found in PATH.',
  ]);
});
