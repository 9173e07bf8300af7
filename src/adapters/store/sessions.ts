import { LIST_PAGE_MAX } from '../../core/limits.ts';
import { sessionTurn } from '../../core/policy/audit/job-change.ts';
import type { Jobs, SessionRecord } from '../../core/ports/jobs.ts';
import { createAuditChain } from './audit-chain.ts';
import type { Connection } from './connection.ts';
import { jobs } from './jobs-tables.ts';
import { columnsOf, query } from './query.ts';
import type { PartConfig } from './store-config.ts';

const COLUMNS = ['sessionId', 'agent', 'createdAt', 'lastUsedAt', 'turns', 'costMicroUsd'] as const;

const find = query((a: { project: string; sessionId: string }) =>
  jobs
    .selectFrom('sessions')
    .select(COLUMNS)
    .where('project', '=', a.project)
    .where('sessionId', '=', a.sessionId),
);

/** The agent stays the one that began it. */
const touch = query((a: SessionRecord & { project: string }) =>
  jobs
    .insertInto('sessions')
    .values(columnsOf(a, ['project', ...COLUMNS]))
    .onConflict((conflict) =>
      conflict.columns(['project', 'sessionId']).doUpdateSet((eb) => ({
        lastUsedAt: eb.ref('excluded.lastUsedAt'),
        turns: eb('sessions.turns', '+', eb.ref('excluded.turns')),
        costMicroUsd: eb('sessions.costMicroUsd', '+', eb.ref('excluded.costMicroUsd')),
      })),
    ),
);

const latest = query((a: { project: string; limit: number }) =>
  jobs
    .selectFrom('sessions')
    .select(COLUMNS)
    .where('project', '=', a.project)
    .orderBy('lastUsedAt', 'desc')
    .orderBy('sessionId')
    .limit(a.limit),
);

type Sessions = Pick<Jobs, 'session' | 'touchSession' | 'listSessions'>;

/** Notes a turn of a conversation inside a write, its first one too. */
export function createTurnNotes(project: string) {
  const trail = createAuditChain(project);
  return (
    connection: Connection,
    { sessionId, agent, at, costMicroUsd }: Parameters<Jobs['touchSession']>[0],
  ): void => {
    const turn = { sessionId, agent, createdAt: at, lastUsedAt: at, turns: 1, costMicroUsd };
    connection.run(touch, { project, ...turn });
    trail.append(connection, sessionTurn(turn));
  };
}

/** What is known of conversations (R-AD-077). */
export function createSessions({ database, project }: PartConfig): Sessions {
  const note = createTurnNotes(project);
  return {
    session: (sessionId) =>
      database.read((connection) => connection.get(find, { project, sessionId }) ?? null),

    async touchSession(turn) {
      await database.write((connection) => note(connection, turn));
    },

    listSessions: (limit) =>
      database.read((connection) =>
        connection.all(latest, { project, limit: Math.min(Math.max(0, limit), LIST_PAGE_MAX) }),
      ),
  };
}
