import { readFileSync } from 'node:fs';
import { aFolder } from './agent-run.ts';
import { aClaudeProject, withStandIn } from './claude-project.ts';
import { aClaudeWitness, type ClaudeWitness } from './claude-witness.ts';
import { cliCommand } from './cli.ts';
import type { McpClient } from './mcp-clients.ts';
import { processesWith } from './processes.ts';
import type { TestProject } from './project.ts';

/** Agents that may live at once in such a project. */
export const SEATS = 4;

/** A project for dispatches whose processes a test kills; nothing of it runs yet. */
export interface DispatchScene extends TestProject {
  readonly witness: ClaudeWitness;
  /** `dispatch mcp` in the folder of the project. */
  readonly place: ReturnType<typeof cliCommand>;
  /** Pids of its agents. */
  agentsAlive(): number[];
}

/** What is shown of a job in a list. */
export interface ListedJob {
  readonly id: string;
  readonly agent: string;
  readonly status: string;
  readonly task: string;
}

/** How long the agents of a scene are at work (ms), by name. */
const WORK_MS = { one: 1_500, talk: 1_500, asker: 700, expert: 700, part: 1_000, whole: 500 };

/** Agents with conversations; one may be given other settings of the stand-in. */
export async function aDispatchScene(
  more: Readonly<Record<string, Readonly<Record<string, unknown>>>> = {},
  seats = SEATS,
): Promise<DispatchScene> {
  const witness = aClaudeWitness(aFolder(), seats);
  const common = { early: true, state: witness.state };
  const names = Object.entries({ ...WORK_MS, ...more }).map(([name, own]) => {
    const settings = typeof own === 'number' ? { delayMs: own, say: ['at it'] } : own;
    return [name, { ...common, ...settings }] as const;
  });
  const env = withStandIn();
  env.PATH = `${witness.bin}:${env.PATH}`;
  const p = await aClaudeProject(Object.fromEntries(names), {
    ...{ env, worker: false },
    config: { pools: { dispatch: seats }, host_slots: 20, api_port: 0 },
  });
  const home = { HOME: p.dir, XDG_STATE_HOME: `${p.dir}/state`, PATH: env.PATH };
  const { project } = p.project.settings();
  return Object.assign(p, {
    witness,
    place: cliCommand(['mcp'], { cwd: p.dir, env: home }),
    agentsAlive: () => processesWith(`DISPATCH_PROJECT=${project}`),
  });
}

/** The four ways to wait for agents, with what each comes to: how many jobs of which agents. */
export const WAYS = {
  sync: { agents: ['one'], jobs: 1 },
  turn: { agents: ['talk'], jobs: 1 },
  dialogue: { agents: ['asker', 'expert'], jobs: 4 },
  parallel: { agents: ['part', 'whole'], jobs: 4 },
} as const;

/** Asks in all four ways at once; the turn goes on with a conversation. */
export function askAll(client: McpClient, mark: string, sessionId: string) {
  const items = [1, 2, 3].map((number) => ({ agent: 'part', task: `${mark} part ${number}` }));
  const topic = { requester: 'asker', responder: 'expert', topic: `${mark} topic`, max_rounds: 2 };
  return {
    sync: client.call('dispatch', { agent: 'one', task: `${mark} sync` }),
    turn: client.call('dispatch_session', { agent: 'talk', task: `${mark} turn`, session_id: sessionId }),
    dialogue: client.call('dispatch_dialogue', topic),
    parallel: client.call('dispatch_parallel', {
      dispatches: JSON.stringify(items),
      aggregate: 'whole',
    }),
  };
}

/** All jobs there are, newest first, as another process sees them. */
export const jobsSeen = async (client: McpClient): Promise<readonly ListedJob[]> =>
  (await client.call('dispatch_jobs', { limit: 1_000 })).json;

/** Does what a test does; when that fails, the jobs, runs and starts are shown before all is gone. */
export async function told(scene: DispatchScene, steps: () => Promise<void>): Promise<void> {
  await steps().catch(async (error: unknown) => {
    const { jobs, projection } = scene.project.context.store;
    const kept = await Promise.all((await jobs.list({ limit: 1_000 })).map(({ jobId }) => jobs.get(jobId)));
    for (const job of kept) {
      const { jobId, status, sessionId, startedAt, completedAt, error: why, request } = job ?? {};
      console.log(request?.agent, { jobId, status, sessionId, startedAt, completedAt, why });
    }
    for (const { runId, jobId, outcome, attempt } of await projection.listRuns({ limit: 1_000 }))
      console.log('run', runId, jobId, outcome, attempt);
    for (const line of scene.witness.lines()) console.log(Object.values(line).join(' '));
    console.log(readFileSync(`${scene.dir}/process.log`, 'utf8').slice(-LOG_SHOWN));
    throw error;
  });
}

const LOG_SHOWN = 20_000;
