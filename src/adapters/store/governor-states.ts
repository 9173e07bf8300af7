import { AppError } from '../../core/errors.ts';
import { GOVERNOR_STATE_BYTES_MAX } from '../../core/limits.ts';
import { governorChanges } from '../../core/policy/audit/governor-changes.ts';
import type { GovernorState } from '../../core/policy/governor/state.ts';
import type { Records } from '../../core/ports/store.ts';
import { createAuditChain } from './audit-chain.ts';
import type { Connection } from './connection.ts';
import { query } from './query.ts';
import { records } from './records-tables.ts';
import type { PartConfig } from './store-config.ts';

const find = query((a: { project: string }) =>
  records.selectFrom('governorStates').select('state').where('project', '=', a.project),
);

const put = query((a: { project: string; state: string; updatedAt: number }) =>
  records
    .insertInto('governorStates')
    .values({ project: a.project, state: a.state, updatedAt: a.updatedAt })
    .onConflict((conflict) =>
      conflict
        .column('project')
        .doUpdateSet((eb) => ({ state: eb.ref('excluded.state'), updatedAt: eb.ref('excluded.updatedAt') })),
    ),
);

type GovernorStates = Pick<Records, 'saveGovernor' | 'loadGovernor'>;

/** What a governor that starts anew goes on with: brake, pauses, open leases. */
export function createGovernorStates({ database, project, now }: PartConfig): GovernorStates {
  const trail = createAuditChain(project);
  function load(connection: Connection): GovernorState | null {
    const row = connection.get(find, { project });
    return row === undefined ? null : (JSON.parse(row.state) as GovernorState);
  }
  /** What cannot be read is replaced: it must not keep an armed brake from being saved. */
  function savedBefore(connection: Connection): GovernorState | null {
    try {
      return load(connection);
    } catch {
      return null;
    }
  }
  return {
    async saveGovernor(state) {
      const text = JSON.stringify(state);
      const bytes = Buffer.byteLength(text);
      if (bytes > GOVERNOR_STATE_BYTES_MAX) {
        throw new AppError('payload-too-large', `governor state: ${bytes} bytes`, {
          details: { bytes, bytesMax: GOVERNOR_STATE_BYTES_MAX },
        });
      }
      return await database.write((connection) => {
        const before = savedBefore(connection);
        if (isLate(state, before)) return null;
        const changes = governorChanges(before, state, now());
        for (const entry of changes) trail.append(connection, entry);
        connection.run(put, { project, state: text, updatedAt: now() });
        return changes;
      });
    },

    async loadGovernor() {
      return await database.read(load);
    },
  };
}

function isLate({ saved }: GovernorState, before: GovernorState | null): boolean {
  const last = before?.saved;
  return saved !== undefined && saved.governor === last?.governor && saved.count < last.count;
}
