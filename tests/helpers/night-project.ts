import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { seedLedger } from '../../src/adapters/boards/ledger/seed-ledger.ts';
import type { RunRecord } from '../../src/core/schema/run-record.ts';
import { type CliResult, cliCommand, runCli } from './cli.ts';
import { NOTE, PRICES, SLOTS } from './night-figures.ts';
import { until } from './project.ts';
import type { ProjectProcess } from './project-process.ts';
import { aRoleProject, type RoleProject } from './role-project.ts';
import { WITNESS_START, WITNESS_STOP } from './witness.ts';

const FAILURES_MAX = 4;
export const QUESTION = 'Which colour?';

const usd = (role: string): string => ((PRICES[role]?.price ?? 0) / 1_000_000).toFixed(2);

/** The last word of a task's name is how long it takes; its price is written down before it ends. */
const WORK = (role: string) => `${WITNESS_START}
sleep "\${TASK_NAME##* }"
echo ${usd(role)} > "$DISPATCH_COST_FILE"`;

const POST = `post() {
  until curl -sf -o /dev/null -H "Idempotency-Key: $TASK_ID-$1" "$DISPATCH_API_URL/$2" -d "$3"; do sleep 0.2; done
}
task() {
  post "$1" ledger/tasks "{\\"agent\\":\\"$1\\",\\"title\\":\\"from $TASK_ID 0.2\\",\\"parent_task_id\\":\\"$TASK_ID\\",\\"dependencies\\":[\\"$TASK_ID\\"]}"
}`;

/** Files work for others over HTTP or the command line, or asks. */
function planScript(): string {
  const words = ['task', 'file', '--agent', 'code', '--title', 'from the command line 0.2'];
  const { command, args } = cliCommand(words, { cwd: '.' });
  const cli = [command, ...args].map((word) => `'${word}'`).join(' ');
  return `${WORK('plan')}
${POST}
case "$TASK_NAME" in
  file*) task code; task art ;;
  cli*) ${cli} > cli.log 2>&1 || exit 4 ;;
  ask*) case "$1" in
    *"You asked"*) printf '%s' "$1" > heard ;;
    *) post question questions "{\\"run_id\\":\\"$DISPATCH_RUN_ID\\",\\"question\\":\\"${QUESTION}\\"}" ;;
  esac ;;
esac
${WITNESS_STOP}`;
}

const fails = (role: string) => `${WORK(role)}\n${WITNESS_STOP}\n[ ! -e broken-${role} ] || exit 3`;

const scripts = (): Readonly<Record<string, string>> => ({
  plan: planScript(),
  // One of its tasks is only done once a person has said how.
  code: `${WORK('code')}
${WITNESS_STOP}
case "$TASK_NAME" in fragile*) ;; *) exit 0 ;; esac
case "$1" in *"${NOTE}"*) : > told ;; esac
[ -e told ] || exit 3`,
  art: `${WORK('art')}\n${WITNESS_STOP}`,
  build: fails('build'),
  ship: fails('ship'),
});

/** A team of five roles on a ledger. */
export interface Night extends RoleProject {
  /** Caps as they are at most, micro-dollars; `project` is that of all roles together. */
  readonly caps: Record<string, number>;
  /** Variables of all its processes. */
  readonly env: Readonly<Record<string, string>>;
  /** Set once the API is up. */
  api: ProjectProcess | null;
}

/** What is otherwise in one night. */
export interface NightOptions {
  /** In dollars; `project` is that of all roles together. */
  readonly caps?: Readonly<Record<string, number>>;
  readonly config?: Readonly<Record<string, unknown>>;
  /** Variables of all its processes. */
  readonly env?: Readonly<Record<string, string>>;
}

/** Opens the project of the night; nothing of it runs yet. */
export async function aNight(address: string, scale: number, options: NightOptions = {}): Promise<Night> {
  const all = scripts();
  const { project: ceiling, ...caps }: Record<string, number> = {
    ...{ plan: 2 * scale, code: 4 * scale, art: 0.2 * scale, build: 2, ship: 2, project: 8 * scale },
    ...options.caps,
  };
  const role = (name: string, more: object = {}) => ({ kind: 'command', command: [`./${name}.sh`], ...more });
  const project = await aRoleProject(
    {
      ...{ plan: role('plan'), code: role('code'), art: role('art') },
      // A burst of failures is no reason to give a task up.
      ...{ build: role('build', { max_retries: 20 }), ship: role('ship', { max_retries: 20 }) },
    },
    {
      ...{ worker: false, address },
      ...(options.env === undefined ? {} : { env: options.env }),
      prepare(dir) {
        for (const [name, script] of Object.entries(all))
          writeFileSync(join(dir, `${name}.sh`), `#!/bin/sh\n${script}\n`, { mode: 0o755 });
      },
      config: {
        ...{ api_port: 0, pools: { roles: SLOTS }, report_every_hours: 6, idle_threshold_polls: 100_000 },
        breaker: { failures: FAILURES_MAX, window_seconds: 600, cooldown_seconds: 300, global_agents: 2 },
        budget: {
          project_ceiling_usd: ceiling,
          agents: Object.fromEntries(
            Object.entries(caps).map(([name, daily_cap_usd]) => {
              const dispatch_reservation_usd = (PRICES[name]?.held ?? 0) / 1_000_000;
              return [name, { daily_cap_usd, dispatch_reservation_usd }];
            }),
          ),
        },
        ...options.config,
      },
    },
  );
  const micro = Object.entries({ ...caps, project: ceiling ?? 0 }).map(([name, cap]) => [
    name,
    Math.round(cap * 1_000_000),
  ]);
  const { env = {} } = options;
  return Object.assign(project, {
    caps: Object.fromEntries(micro) as Record<string, number>,
    env,
    api: null,
  });
}

/** Puts tasks in line as another program on the same file would. */
export async function seed(night: Night, tasks: readonly object[]): Promise<void> {
  await seedLedger(night.file, JSON.stringify(tasks));
}

/** So many tasks of a role, each as long as it is said to be (s). */
export const share = (agent: string, name: string, count: number, seconds = 0.4): readonly object[] =>
  Array.from({ length: count }, (_, index) => ({
    ...{ id: `${agent}-${name}-${index + 1}`, agent, title: `${name} ${seconds}` },
  }));

/** A command of a person in the folder of the project. */
export const command = ({ dir, env }: Night, words: readonly string[]): Promise<CliResult> =>
  runCli(words, { cwd: dir, env: { ...env, HOME: dir, XDG_STATE_HOME: join(dir, 'state') } });

/** A call of a person over HTTP; fails unless it is answered well. */
export async function post({ api }: Night, path: string, body: object): Promise<Record<string, unknown>> {
  const headers = { 'content-type': 'application/json' };
  const answer = await fetch(`${api?.url}${path}`, { method: 'POST', headers, body: JSON.stringify(body) });
  const text = await answer.text();
  if (!answer.ok) throw new Error(`${path}: ${answer.status} ${text}`);
  return JSON.parse(text) as Record<string, unknown>;
}

/** What the API says. */
export const get = <Answer>({ api }: Night, path: string): Promise<Answer> =>
  fetch(`${api?.url}${path}`).then((answer) => answer.json() as Promise<Answer>);

/** Waits until agents of so many runs live. */
export const atWork = ({ project }: Night, count: number): Promise<readonly RunRecord[]> =>
  until(
    `${count} agents at work`,
    async () => {
      const open = await project.context.store.projection.listRuns({ status: 'running', limit: 100 });
      const alive = open.filter(({ spawnedAt }) => spawnedAt !== null);
      return alive.length >= count && alive;
    },
    40_000,
  );

/** Waits until a task of this role is kept back for this reason; answers its id. */
export const keptBack = ({ project }: Night, role: string, code: string): Promise<string> =>
  until(
    `a task of ${role} waits for ${code}`,
    async () => {
      const states = await project.context.store.records.listTaskStates({ limit: 1_000 });
      const found = states.find((state) => state.blockedCode === code && state.sourceQueue === role);
      return found?.taskId;
    },
    40_000,
  );
