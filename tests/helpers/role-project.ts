import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { call } from './call.ts';
import { aProject, settledIn, type TestProject, type TestProjectOptions } from './project.ts';

type Settings = Readonly<Record<string, unknown>>;

/** A project of roles on a ledger: those with a script are commands, the others Claude Code. */
export interface RoleProject extends TestProject {
  /** The ledger. */
  readonly file: string;
  /** Files a task and answers its id. */
  add(role: string, title: string, more?: Settings): Promise<string>;
  ended(taskId: string, queue: string): ReturnType<typeof settledIn>;
}

/** Opens it; a role is its shell script, or what a file says about it. */
export async function aRoleProject(
  roles: Readonly<Record<string, string | Settings>>,
  { config, ...options }: Partial<TestProjectOptions> & { readonly worker?: boolean } = {},
): Promise<RoleProject> {
  const scripts = Object.entries(roles).filter(
    (role): role is [string, string] => typeof role[1] === 'string',
  );
  const test = await aProject({
    ...options,
    agents: Object.fromEntries(scripts),
    routes: [],
    config: {
      ...{ agents: {}, board: { kind: 'ledger', path: 'state/ledger.db' }, project_title: 'Night shift' },
      roles: Object.fromEntries(
        Object.entries(roles).map(([name, role]) => [
          name,
          typeof role === 'string' ? { kind: 'command', command: [`./${name}.sh`] } : role,
        ]),
      ),
      ...config,
    },
  });
  return Object.assign(test, {
    file: join(test.dir, 'state', 'ledger.db'),
    async add(role: string, title: string, more: Settings = {}) {
      const key = { idempotencyKey: randomUUID() };
      const task = await call(test.project, 'file-task', { agent: role, title, ...more }, key);
      return String(task.id);
    },
    ended: (taskId: string, queue: string) => settledIn(test, taskId, queue),
  });
}
