import { join } from 'node:path';
import { aProject, type TestProject, type TestProjectOptions } from './project.ts';

type Options = Partial<TestProjectOptions> & {
  /** Shell scripts of the roles, by name. */
  readonly roles: Readonly<Record<string, string>>;
  /** False: no worker is started. */
  readonly worker?: boolean;
};

/** A real project whose board is a ledger and whose roles are scripts. */
export async function aLedgerProject({
  roles,
  config,
  ...options
}: Options): Promise<TestProject & { file: string }> {
  const test = await aProject({
    ...options,
    agents: roles,
    routes: Object.keys(roles).map((role) => ({
      ...{ queue_name: role, agent: role, pool: 'roles', max_retries: 1, prompt_template: '{task_id}' },
      in_progress_queue: `${role}:in_progress`,
      completed_queue: `${role}:done`,
      dead_letter_queue: `${role}:escalated`,
    })),
    config: { board: { kind: 'ledger', path: 'state/ledger.db' }, pools: { roles: 2 }, ...config },
  });
  return Object.assign(test, { file: join(test.dir, 'state', 'ledger.db') });
}
