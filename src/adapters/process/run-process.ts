import { type ChildProcess, spawn } from 'node:child_process';
import { isStopReason } from '../../core/ports/agent.ts';
import { type Containment, hostContainment } from './containment.ts';
import { whyNotExecutable } from './find-executable.ts';
import type { HostLedger } from './host-ledger.ts';
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
    const held = containment ?? (await hostContainment());
    const file = await openOutputFile(spec.outputPath);
    try {
      await ledger?.intend({ runId: spec.runId, taskToken: spec.taskToken ?? null });
      return await recorded(spec.runId, () => live(spec, io, { held, file }));
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

  async function live(
    spec: ProcessSpec,
    io: ProcessIo,
    { held, file }: { held: Containment; file: OutputFile },
  ) {
    const born = await bear(spec, io, held);
    if ('kind' in born) return neverLived(born);
    const { child, pid } = born;
    const startTime = startTimeOf(pid) ?? '';
    ledger?.started(spec.runId, { pid, startTime, containment: held.name });
    const envKeys = [...new Set([...Object.keys(spec.env), RUN_MARKER])].sort();
    const facts = { pid, startTime, argv: spec.argv, envKeys, containment: held.name };
    const survivors = () => sweep({ runId: spec.runId, leader: { pid, startTime } }, { table });
    return supervise({ child, pid, spec, io, file, facts, survivors });
  }

  return { run };
}

type Born = { readonly child: ChildProcess; readonly pid: number };

/** The last check and the spawn, in one tick. */
function bear(
  spec: ProcessSpec,
  io: ProcessIo,
  held: Containment,
): Promise<Born | ProcessEnd> | Born | ProcessEnd {
  const binary = spec.argv[0] ?? '';
  try {
    if (io.signal.aborted) throw io.signal.reason;
    io.mayStart();
    const [file = '', ...args] = held.wrap(spec.argv);
    const child = spawn(file, args, {
      cwd: spec.cwd,
      env: { ...spec.env, [RUN_MARKER]: spec.runId },
      detached: true,
      stdio: [spec.stdin === null ? 'ignore' : 'pipe', 'pipe', 'pipe'],
    });
    if (child.pid !== undefined) {
      child.on('error', () => undefined); // A failed kill is told here too; the ladder goes on by itself.
      return { child, pid: child.pid };
    }
    return new Promise((resolve) => {
      child.once('error', (cause) => resolve({ kind: 'not-started', ...toSpawnFailure(binary, cause) }));
    });
  } catch (cause) {
    if (isStopReason(cause)) return { kind: 'stopped', by: cause.stop };
    if (io.signal.aborted) return { kind: 'stopped', by: 'cancel' };
    return { kind: 'not-started', ...toSpawnFailure(binary, cause) };
  }
}

function neverLived(end: ProcessEnd): ProcessResult {
  return { end, exit: null, durationMs: 0, outputBytes: 0, tail: '', leaked: false };
}
