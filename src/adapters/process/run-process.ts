import { type ChildProcess, spawn } from 'node:child_process';
import { Readable } from 'node:stream';
import { isStopReason } from '../../core/ports/agent.ts';
import { removeCgroup } from './cgroup.ts';
import { type Containment, type Held, hostContainment } from './containment.ts';
import { whyNotExecutable } from './find-executable.ts';
import type { HostLedger } from './host-ledger.ts';
import { followInit, type NamespaceInit } from './namespace-init.ts';
import { type OutputFile, openOutputFile } from './output-file.ts';
import { startTimeOf } from './process-identity.ts';
import type { ProcessEnd, ProcessIo, ProcessResult, ProcessRunner, ProcessSpec } from './process-runner.ts';
import { createProcessTable, RUN_MARKER } from './process-table.ts';
import { toSpawnFailure } from './spawn-failure.ts';
import { supervise } from './supervise.ts';
import { sweep } from './sweep.ts';

/** What a runner is made of; everything has a default that fits this host. */
export interface RunnerConfig {
  /** Rung of the containment ladder; the best one of this host unless given. */
  readonly containment?: Containment;
  /** Records every process, so that a later worker can find what a killed one left behind. */
  readonly ledger?: HostLedger;
}

/** A runner that holds each tree by the best means this host has (R-SYS-033). */
export function createProcessRunner({ containment, ledger }: RunnerConfig = {}): ProcessRunner {
  const table = createProcessTable();

  async function run(spec: ProcessSpec, io: ProcessIo): Promise<ProcessResult> {
    const lookUp = { cwd: spec.cwd, path: spec.env.PATH };
    const failure = whyNotExecutable(spec.argv[0] ?? '', lookUp);
    if (failure !== null) return neverLived({ kind: 'not-started', ...failure });
    const { name, hold } = containment ?? (await hostContainment());
    const intended = ledger?.intend({ runId: spec.runId, taskToken: spec.taskToken ?? null });
    // Looked at below; a file that cannot be opened goes first.
    intended?.catch(() => undefined);
    const file = await openOutputFile(spec.outputPath).catch(async (error: unknown) => {
      await intended?.then(() => ledger?.ended(spec.runId)).catch(() => undefined);
      throw error;
    });
    try {
      await intended;
      return await recorded(spec.runId, () => live(spec, io, { name, hold, file }));
    } finally {
      await file.close();
    }
  }

  /** A run that leaked stays open in the ledger: the next worker tries to sweep it. */
  async function recorded(runId: string, work: () => Promise<ProcessResult>): Promise<ProcessResult> {
    let leaked = false;
    try {
      const result = await work();
      leaked = result.leaked;
      return result;
    } finally {
      if (!leaked) await ledger?.ended(runId);
    }
  }

  async function live(spec: ProcessSpec, io: ProcessIo, { name, hold, file }: Means): Promise<ProcessResult> {
    const born = await bear(spec, io, hold);
    if ('kind' in born) return neverLived(born);
    const { child, pid, cgroup, init } = born;
    const { runId, argv, env } = spec;
    const startTime = startTimeOf(pid) ?? '';
    ledger?.started(runId, { pid, startTime, containment: name, cgroup });
    const envKeys = [...new Set([...Object.keys(env), RUN_MARKER])].sort();
    const facts = { pid, startTime, argv, envKeys, containment: name };
    const target = { runId, leader: { pid, startTime }, cgroup, heldByKernel: name === 'pid-namespace' };
    const sweepRest = async () => !(await init?.gone()) && sweep(target, { table });
    return supervise({ child, pid, spec, io, file, facts, sweepRest });
  }

  return { run };
}

type Means = Pick<Containment, 'name' | 'hold'> & { readonly file: OutputFile };
interface Born {
  readonly child: ChildProcess;
  readonly pid: number;
  readonly cgroup: string | undefined;
  readonly init: NamespaceInit | null;
}

/** Makes the process, or says why there is none; what was made ready for it is then taken away again. */
async function bear(spec: ProcessSpec, io: ProcessIo, hold: Containment['hold']): Promise<Born | ProcessEnd> {
  const binary = spec.argv[0] ?? '';
  let cgroup: string | undefined;
  try {
    const held = hold(spec.argv, spec.runId);
    cgroup = held.cgroup;
    const child = spawnNow(held, spec, io);
    const failed = child.pid === undefined ? await failureOf(child) : null;
    if (child.pid === undefined) throw failed;
    child.on('error', () => undefined); // A failed kill is told here too; the ladder goes on by itself.
    const told = child.stdio[3];
    return { child, pid: child.pid, cgroup, init: told instanceof Readable ? followInit(told) : null };
  } catch (cause) {
    if (cgroup !== undefined) removeCgroup(cgroup);
    if (isStopReason(cause)) return { kind: 'stopped', by: cause.stop };
    if (io.signal.aborted) return { kind: 'stopped', by: 'cancel' };
    return { kind: 'not-started', ...toSpawnFailure(binary, cause) };
  }
}

/** The last check and the spawn, in one tick. */
function spawnNow({ argv, tellsInit = false }: Held, spec: ProcessSpec, io: ProcessIo): ChildProcess {
  const [file = '', ...args] = argv;
  if (io.signal.aborted) throw io.signal.reason;
  io.mayStart();
  return spawn(file, args, {
    cwd: spec.cwd,
    env: { ...spec.env, [RUN_MARKER]: spec.runId },
    detached: true,
    stdio: [
      spec.stdin === null ? 'ignore' : 'pipe',
      'pipe',
      'pipe',
      ...(tellsInit ? (['pipe'] as const) : []),
    ],
  });
}

/** A spawn may also fail by an event. */
function failureOf(child: ChildProcess): Promise<Error> {
  return new Promise((resolve) => {
    child.once('error', resolve);
  });
}

function neverLived(end: ProcessEnd): ProcessResult {
  return { end, exit: null, durationMs: 0, outputBytes: 0, tail: '', leaked: false };
}
