import { openLedgerFile } from './ledger-file.ts';
import { type LedgerLine, leftoverRuns, type OpenRun, type ProcessOwner } from './ledger-lines.ts';
import { bootId, isAlive, startTimeOf } from './process-identity.ts';
import { createProcessTable } from './process-table.ts';
import { toStorageError } from './storage-error.ts';
import { sweep } from './sweep.ts';

/** A run of a dead worker: nothing of it lives any more, unless `leaked`. */
export interface SweptRun {
  readonly runId: string;
  /** Base64; null when the run was not an activity. */
  readonly taskToken: string | null;
  readonly leaked: boolean;
}

/** What is known of a process once it lives. */
export interface StartedProcess {
  readonly pid: number;
  readonly startTime: string;
  readonly containment: string;
  readonly cgroup?: string | undefined;
}

/** What every run leaves on disk, so that whoever comes after a killed worker can clean up. */
export interface HostLedger {
  /** Written and synced before the spawn; rejects with `storage-full` or `storage-failed`, and then nothing may start. */
  intend(run: { readonly runId: string; readonly taskToken: string | null }): Promise<void>;
  started(runId: string, process: StartedProcess): void;
  /** Nothing of the run lives any more. Never rejects: a line that is missing costs one needless sweep. */
  ended(runId: string): Promise<void>;
  /** Runs that a worker which lives no more left open. */
  openRuns(): Promise<readonly OpenRun[]>;
  /** Kills what lives of those and closes them; the caller then fails their activities by task token. */
  sweepLeftovers(): Promise<readonly SweptRun[]>;
  close(): Promise<void>;
}

/**
 * Opens the ledger of a state directory; workers may share it. Closed runs are dropped on opening and when the file grows
 * past HOST_LEDGER_BYTES_MAX, unless another worker has it open.
 */
export async function openHostLedger(path: string): Promise<HostLedger> {
  const owner: ProcessOwner = {
    pid: process.pid,
    startTime: startTimeOf(process.pid) ?? '',
    bootId: bootId(),
  };
  const file = await openLedgerFile(path, owner).catch(refuse);
  const at = () => new Date().toISOString();
  // After a power cut nothing lives that these would help to find.
  const note = (line: LedgerLine) => file.note(line).catch(() => undefined);
  await file.append({ kind: 'owner', owner, at: at() }).catch(refuse);
  await file.compact().catch(refuse);

  const ended = (runId: string) => note({ kind: 'ended', runId, at: at() });
  const openRuns = async () => leftoverRuns(await file.read(), isDead);
  return {
    intend: ({ runId, taskToken }) =>
      file.append({ kind: 'intent', runId, taskToken, owner, at: at() }).catch(refuse),
    started(runId, child) {
      // Need not be waited for: the marker alone finds the process too.
      void note({ kind: 'started', runId, ...child, bootId: owner.bootId, at: at() });
    },
    ended,
    openRuns,
    async sweepLeftovers() {
      const table = createProcessTable();
      const swept = (await openRuns()).map(async ({ runId, taskToken, leader, cgroup }) => {
        // After a boot nothing of it can live, and its pid says nothing.
        const target = leader?.bootId === owner.bootId ? { runId, leader, cgroup } : { runId };
        const leaked = await sweep(target, { table });
        if (!leaked) await ended(runId);
        return { runId, taskToken, leaked };
      });
      return Promise.all(swept);
    },
    close: () => file.close(),
  };
}

/** A worker of an earlier boot, or whose pid is gone or somebody else's. */
function isDead(owner: ProcessOwner): boolean {
  return owner.bootId !== bootId() || !isAlive(owner);
}

function refuse(cause: unknown): never {
  throw toStorageError('cannot write the host ledger', cause);
}
