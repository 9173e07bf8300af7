import { hash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { AppError, messageOf } from '../../core/errors.ts';
import { ANCHOR_EVERY_MS, ANCHOR_LOOK_MS } from '../../core/limits.ts';
import type { ChainFault } from '../../core/policy/audit/check-chain.ts';
import { checkTrail } from '../../core/policy/audit/check-trail.ts';
import type { Log } from '../../core/ports/log.ts';
import type { Notices } from '../../core/ports/notices.ts';
import type { Records } from '../../core/ports/store.ts';
import { anchorsIn } from './read-anchors.ts';
import { writeAnchor } from './write-anchor.ts';

export interface DailyAnchorPorts {
  readonly project: string;
  /** The file of this project's own anchors, see {@link ownAnchorsPath}. */
  readonly path: string;
  readonly records: Pick<Records, 'auditHead' | 'readAuditChain' | 'takeLock'>;
  readonly notices: Notices;
  readonly log: Log;
  /** Names this process among those that could do it. */
  readonly owner: string;
}

const LOCK_NAME = 'audit-anchor';
const NOTICE_KEY = 'audit-broken';

/** Where a project's anchors stand by themselves: outside its folder, where its agents have no business. */
export const ownAnchorsPath = (
  userDir: string,
  { project, stateDir }: { readonly project: string; readonly stateDir: string },
): string => join(userDir, 'anchors', `${project}-${hash('sha256', stateDir).slice(0, 12)}.jsonl`);

/** Checks the trail once a day and anchors it; one process of the project does it. Answers the way to stop. */
export function startDailyAnchor(ports: DailyAnchorPorts): () => void {
  void anchorQuietly(ports);
  const timer = setInterval(() => void anchorQuietly(ports), ANCHOR_LOOK_MS);
  timer.unref();
  return () => clearInterval(timer);
}

async function anchorQuietly(ports: DailyAnchorPorts): Promise<void> {
  try {
    if (await ports.records.takeLock(LOCK_NAME, ports.owner, ANCHOR_LOOK_MS / 2))
      await anchorIfDue(ports, Date.now());
  } catch (error) {
    // The first check may still be under way when the process is told to stop.
    if (error instanceof AppError && error.code === 'shutting-down') return;
    ports.log.warn({ error: messageOf(error) }, 'audit trail not anchored');
  }
}

/** Anchors the trail when the last anchor is a day old and every line is good; `now` is epoch milliseconds. */
export async function anchorIfDue(ports: DailyAnchorPorts, now: number): Promise<void> {
  const { path, project, records, notices, log } = ports;
  const known = existsSync(path) ? anchorsIn(path).filter((anchor) => anchor.project === project) : [];
  const last = known.at(-1);
  if (last !== undefined && now - Date.parse(last.at) < ANCHOR_EVERY_MS) return;
  const { fault, lastSeq, lastHash } = await checkTrail({
    ...{ records, pause: () => nextTurn(), sha256: (text) => hash('sha256', text) },
    anchors: new Map(known.map(({ seq, hash: anchored }) => [seq, anchored])),
  });
  if (fault !== null) {
    log.error({ ...fault, path }, 'audit trail broken');
    await notices.raise({ ...broken(fault, path), kind: 'anomaly', key: NOTICE_KEY });
    return;
  }
  await notices.resolve(NOTICE_KEY);
  if (lastSeq === 0) return;
  const at = new Date(now).toISOString();
  const anchor = { kind: 'dispatch-audit-anchor', project, seq: lastSeq, hash: lastHash, at } as const;
  await writeAnchor(anchor, { kind: 'file', path });
}

const broken = ({ seq, problem }: ChainFault, path: string) => ({
  subject: 'The audit trail was changed',
  body: `Line ${seq}: ${problem}. See: dispatch audit verify\nIf you began a new state directory on purpose, delete ${path}`,
});
