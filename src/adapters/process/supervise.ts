import type { ChildProcess } from 'node:child_process';
import { setTimeout as sleep } from 'node:timers/promises';
import { DRAIN_MS, RUN_MS_MAX, SWEEP_MS_MAX } from '../../core/limits.ts';
import { isStopReason, type SpawnedProcess } from '../../core/ports/agent.ts';
import type { OutputFile } from './output-file.ts';
import { createOutputPump } from './output-pump.ts';
import { sendSignal } from './process-identity.ts';
import type { ProcessEnd, ProcessIo, ProcessResult, ProcessSpec } from './process-runner.ts';
import { feedStdin } from './stdin.ts';
import { COMMAND_LADDER, climb, KILL_LADDER, type SignalStep } from './stop-ladder.ts';

/** A process that has just been made. */
export interface Newborn {
  readonly child: ChildProcess;
  readonly pid: number;
  readonly spec: ProcessSpec;
  readonly io: ProcessIo;
  readonly file: OutputFile;
  readonly facts: SpawnedProcess;
  /** Kills what is left of the tree and answers whether any survived. */
  sweepRest(): Promise<boolean>;
}

type Exit = NonNullable<ProcessResult['exit']>;

/** Watches a process until its whole tree is gone: clocks, stop ladder, output, sweep. */
export async function supervise({
  child,
  pid,
  spec,
  io,
  file,
  facts,
  sweepRest,
}: Newborn): Promise<ProcessResult> {
  const bornAt = performance.now();
  const exited = createGate<Exit | null>();
  let stopped: ProcessEnd | null = null;
  let fault: { readonly error: unknown } | null = null;
  let callOff: () => void = () => {};

  /** The first reason to stop wins; a fault of ours takes the tree down at once. */
  function stop(why: ProcessEnd, ladder: readonly SignalStep[] = spec.ladder ?? COMMAND_LADDER): void {
    if (stopped !== null) return;
    stopped = why;
    io.onStop?.();
    callOff = climb(ladder, {
      // The leader is unreaped until `exit`, so its group number cannot belong to anybody else.
      send: (signal) => sendSignal(-pid, signal),
      patienceMs: SWEEP_MS_MAX,
      exhausted: () => exited.open(null),
    });
  }
  function guarded<Result>(call: () => Result): Result | undefined {
    try {
      return call();
    } catch (error) {
      fault ??= { error };
      callOff();
      stopped = null;
      stop({ kind: 'stopped', by: 'cancel' }, KILL_LADDER);
      return undefined;
    }
  }

  child.once('exit', (code, signal) => exited.open({ code, signal }));
  const clocks = startClocks(spec, stop);
  const onAbort = () => stop({ kind: 'stopped', by: stopCause(io.signal.reason) });
  io.signal.addEventListener('abort', onAbort, { once: true });
  guarded(() => io.onSpawn(facts));
  const pump = createOutputPump(pipesOf(child), {
    file,
    onLine: (stream, line, dropped) => guarded(() => io.onLine(stream, line, dropped)),
    onActivity: clocks.alive,
    ...(spec.lineBytesMax === undefined ? {} : { lineBytesMax: spec.lineBytesMax }),
  });
  feedStdin(child.stdin, spec.stdin);
  if (io.signal.aborted) onAbort();

  const exit = await exited.passed;
  callOff();
  clocks.stop();
  io.signal.removeEventListener('abort', onAbort);
  const durationMs = Math.round(performance.now() - bornAt);
  const [survived] = await Promise.all([sweepRest(), settle(pump)]);
  if (fault !== null) throw (fault as { readonly error: unknown }).error;
  const leaked = survived || exit === null;
  const end = stopped ?? endOf(exit);
  return { end, exit, durationMs, outputBytes: pump.bytes(), tail: pump.tail(), leaked };
}

function startClocks({ timeoutMs, silenceMs }: ProcessSpec, stop: (why: ProcessEnd) => void) {
  const limitMs = Math.min(timeoutMs ?? RUN_MS_MAX, RUN_MS_MAX);
  const limit = setTimeout(() => stop({ kind: 'timed-out', limitMs }), limitMs);
  const silence =
    silenceMs === null
      ? null
      : setTimeout(() => stop({ kind: 'stalled', silentMs: silenceMs }), Math.min(silenceMs, RUN_MS_MAX));
  return {
    alive: () => void silence?.refresh(),
    stop() {
      clearTimeout(limit);
      if (silence !== null) clearTimeout(silence);
    },
  };
}

/** Whoever still holds the pipes after the exit has DRAIN_MS; `close` may never come. */
async function settle(pump: ReturnType<typeof createOutputPump>): Promise<void> {
  const patience = new AbortController();
  await Promise.race([
    pump.ended,
    sleep(DRAIN_MS, undefined, { signal: patience.signal }).catch(() => undefined),
  ]);
  patience.abort();
  pump.close();
  await pump.ended;
}

function pipesOf({ stdout, stderr }: ChildProcess) {
  if (stdout === null || stderr === null) throw new Error('the child was made without output pipes');
  return { stdout, stderr };
}

function stopCause(reason: unknown) {
  return isStopReason(reason) ? reason.stop : 'cancel';
}

function endOf(exit: Exit | null): ProcessEnd {
  if (exit?.signal) return { kind: 'signalled', signal: exit.signal };
  return { kind: 'exited', code: exit?.code ?? -1 };
}

/** A promise and the function that resolves it, once. */
function createGate<Value>() {
  let open: (value: Value) => void = () => {};
  const passed = new Promise<Value>((resolve) => {
    open = resolve;
  });
  return { passed, open };
}
