import type { Path } from '../problem.ts';

/** Keys that have another name in dispatch.yaml. */
const RENAMED: Readonly<Record<string, Path>> = {
  project: ['project_name'],
  project_title: ['project_name'],
  board: ['ledger_db'],
  poll_interval: ['poll_interval_seconds'],
  roles: ['budget', 'agents'],
};

/** Where a value of dispatch.yaml stands in producer.yaml. */
export function producerPath([first, ...rest]: Path): Path {
  if (first === undefined) return [];
  const renamed = Object.hasOwn(RENAMED, first) ? RENAMED[String(first)] : undefined;
  if (renamed === undefined) return [first, ...rest];
  return first === 'roles' ? [...renamed, ...rest] : renamed;
}
