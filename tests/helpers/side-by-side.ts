import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { chmodSync, cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { onTestFinished } from 'vitest';
import { cliCommand } from './cli.ts';
import { rows } from './ledger-file.ts';
import { temporalAddress, workflowBundle } from './temporal-server.ts';

const FIXTURE = fileURLToPath(new URL('../fixtures/side-by-side', import.meta.url));
const COMMAND_MS_MAX = 90_000;
/** A task that fails is tried three times, each in a pass of its own; on a busy machine one may fall into the next. */
const PASSES_MAX = 6;

/** Tasks that stay in line on one side at least: for others, or for money. */
const NEVER_READY = ['LOST', 'AFTER', 'POSTER'];

/** What would decide something on a machine where it is set. */
const DECIDES = /^(?:CLAUDE|ANTHROPIC_|PRODUCER_|GIT_TERMINAL_PROMPT$|PYTHON)/;

type Env = Readonly<Record<string, string>>;

/** One copy of the project, and the `producer` that works on it. */
export interface Side {
  readonly root: string;
  readonly ledger: string;
  /** Runs `producer <words>` in it; fails unless it ends with 0. */
  producer(...words: string[]): Promise<string>;
  /** What commands have printed, under the words they were called with. */
  readonly printed: Record<string, string>;
  /** What the agents were called with. */
  calls(): readonly AgentCall[];
}

/** A call of the agent. */
export interface AgentCall {
  readonly argv: readonly string[];
  readonly env: Env;
  readonly cwd: string;
  readonly stdin: string;
}

/** Where the real ai-producer is. */
export interface Upstream {
  readonly python: string;
  readonly packages: string;
}

/** The project twice, with one ledger that the real ai-producer has made: for the real one, and for ours. */
export function twoSides(upstream: Upstream): { readonly theirs: Side; readonly ours: Side } {
  const folder = mkdtempSync(join(tmpdir(), 'side-by-side-'));
  onTestFinished(() => {
    for (const child of running) child.kill('SIGKILL');
    rmSync(folder, { recursive: true, force: true, maxRetries: 3 });
  });
  const first = join(folder, 'theirs');
  cpSync(FIXTURE, first, { recursive: true });
  rmSync(join(first, 'bin'), { recursive: true });
  const script = join(FIXTURE, 'upstream.py');
  const ledger = join(first, 'agent-state', 'ledger.db');
  const python = { PYTHONPATH: upstream.packages, PYTHONDONTWRITEBYTECODE: '1' };
  execFileSync(upstream.python, [script, 'seed', ledger, join(FIXTURE, 'seed.json')], {
    ...{ env: { ...process.env, ...python }, timeout: 30_000, stdio: 'pipe' },
  });
  const name = `side-${Math.random().toString(36).slice(2, 10)}`;
  const config = readFileSync(join(first, 'producer.yaml'), 'utf8').replace('Side by side', name);
  // Keys that ai-producer does not know are nothing to it; agents inherit no address.
  const temporal = { address: temporalAddress() };
  writeFileSync(join(first, 'producer.yaml'), `${config}temporal: ${JSON.stringify(temporal)}\n`);
  cpSync(first, join(folder, 'ours'), { recursive: true });
  const means = { ...python, UPSTREAM_PYTHON: upstream.python, UPSTREAM_SCRIPT: script };
  const env = { DISPATCH_WORKFLOW_BUNDLE: workflowBundle() };
  const { command, args } = cliCommand([], { cwd: folder, program: 'producer' });
  const theirs = aSide(first, [upstream.python, '-m', 'producer.cli'], means);
  const ours = aSide(join(folder, 'ours'), [command, ...args], { ...means, ...env });
  samePrices(upstream, ours);
  return { theirs, ours };
}

function aSide(root: string, program: readonly string[], more: Env): Side {
  const [home, bin, counts] = ['home', 'bin', 'counts'].map((name) => {
    const folder = join(`${root}-${name}`);
    mkdirSync(folder);
    return folder;
  }) as [string, string, string];
  writeFileSync(
    join(bin, 'producer'),
    `#!/bin/sh\nexec ${program.map((word) => `'${word}'`).join(' ')} "$@"\n`,
  );
  chmodSync(join(bin, 'producer'), 0o755);
  const ledger = join(root, 'agent-state', 'ledger.db');
  const record = join(home, 'calls.jsonl');
  const { env: all } = cliCommand([], { cwd: root });
  const inherited = Object.fromEntries(Object.entries(all).filter(([name]) => !DECIDES.test(name)));
  const env = {
    ...{
      ...inherited,
      HOME: home,
      XDG_STATE_HOME: join(home, 'state'),
      XDG_CONFIG_HOME: join(home, 'config'),
    },
    PATH: [bin, join(FIXTURE, 'bin'), process.env.PATH ?? ''].join(delimiter),
    ...{ ANTHROPIC_API_KEY: 'a-key-of-no-use', CLAUDE_AGENT_SDK_SKIP_VERSION_CHECK: '1' },
    ...{ FAKE_CLAUDE_RECORD: record, DEED_COUNTS: counts, UPSTREAM_LEDGER: ledger, ...more },
  };
  const printed: Record<string, string> = {};
  return {
    ...{ root, ledger, printed },
    async producer(...words) {
      const { code, stdout, stderr } = await run(join(bin, 'producer'), words, { cwd: root, env });
      if (code !== 0) throw new Error(`producer ${words.join(' ')} ended with ${code}:\n${stdout}${stderr}`);
      printed[words.join(' ')] = stdout;
      return stdout + stderr;
    },
    calls: () =>
      readFileSync(record, 'utf8')
        .trim()
        .split('\n')
        .map((line) => JSON.parse(line) as AgentCall),
  };
}

/** Both reckon with one price list, which is equally old for both. */
function samePrices({ packages }: Upstream, { root }: Side): void {
  const folder = join(`${root}-home`, 'state', 'dispatch');
  mkdirSync(folder, { recursive: true });
  cpSync(join(packages, 'producer', 'pricing.json'), join(folder, 'pricing.json'));
}

const running = new Set<ChildProcess>();

function run(command: string, args: readonly string[], options: { cwd: string; env: Env }) {
  const child = spawn(command, args, {
    ...{ ...options, stdio: ['ignore', 'pipe', 'pipe'], timeout: COMMAND_MS_MAX, killSignal: 'SIGKILL' },
  });
  running.add(child);
  let [stdout, stderr] = ['', ''];
  child.stdout?.setEncoding('utf8').on('data', (text: string) => {
    stdout += text;
  });
  child.stderr?.setEncoding('utf8').on('data', (text: string) => {
    stderr += text;
  });
  return new Promise<{ code: number | null; stdout: string; stderr: string }>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code) => {
      running.delete(child);
      resolve({ code, stdout, stderr });
    });
  });
}

/** What people do on either side, word for word the same: work, stop, go on, look. */
export async function evening(side: Side): Promise<void> {
  const { producer } = side;
  await untilNothingIsReady(side);
  const late = ['--agent', 'qa', '--title', 'Spät „noch“ eines', '--description', 'Filed by a person.'];
  await producer('task', 'add', ...late);
  await producer('kill', 'too dear');
  await producer('run', '--once');
  await producer('task', 'list');
  await producer('resume');
  await untilNothingIsReady(side);
  await producer('task', 'list', '--status', 'escalated');
  await producer('report');
}

async function untilNothingIsReady({ producer, ledger }: Side): Promise<void> {
  const waiting = `select id from tasks where status = 'pending'`;
  const isReady = ({ id }: { id: string }) => !NEVER_READY.some((name) => id.startsWith(`01HYKT${name}0`));
  for (let pass = 0; rows<{ id: string }>(ledger, waiting).some(isReady); pass++) {
    if (pass === PASSES_MAX) throw new Error(`something is still ready after ${PASSES_MAX} passes`);
    await producer('run', '--once');
  }
}
