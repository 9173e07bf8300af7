import type { Project } from './compose.ts';
import { changedKeys } from './core/policy/audit/changed-keys.ts';
import type { Log } from './core/ports/log.ts';
import type { Records } from './core/ports/store.ts';
import type { Settings } from './core/schema/settings.ts';
import { version } from './version.ts';

type Trail = Pick<Records, 'appendAudit'>;

/** Tells the audit trail which keys count anew; never their values. */
export async function noteReload(
  records: Trail,
  log: Log,
  { before, after }: { readonly before: Settings; readonly after: Settings },
): Promise<void> {
  const keys = changedKeys(before, after);
  if (keys.length === 0) return;
  const what = { channel: 'file', actor: 'configuration', action: 'config-reloaded', subject: after.project };
  await append(records, log, { ...what, detail: { keys } });
}

/** Tells when a worker takes part, and when it has left. */
export function workerTrail({ context, log }: Project) {
  const { records } = context.store;
  let hostId: string | null = null;
  const note = (action: string, subject: string) =>
    append(records, log, {
      ...{ channel: 'host', actor: subject, action, subject },
      detail: { pid: process.pid, version },
    });
  return {
    started(id: string): Promise<void> {
      hostId = id;
      return note('worker-started', id);
    },
    stopped: async () => {
      if (hostId !== null) await note('worker-stopped', hostId);
    },
  };
}

/** What has happened is not undone because a disk is full. */
async function append(
  records: Trail,
  log: Log,
  entry: Omit<Parameters<Trail['appendAudit']>[0], 'at'>,
): Promise<void> {
  await records
    .appendAudit({ at: Date.now(), ...entry })
    .catch((error: unknown) => log.warn({ error, action: entry.action }, 'not in the audit trail'));
}
