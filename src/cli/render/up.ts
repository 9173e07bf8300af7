import { relative } from 'node:path';
import type { Output } from '../output.ts';
import type { ServedProject } from '../serve-project.ts';
import { renderPairs } from './table.ts';

/** What a person needs to know once everything is up. */
export function renderUp(
  { project, url, hostId, temporal }: ServedProject,
  out: Pick<Output, 'style'>,
  cwd: string,
): string {
  const { project: name, board, stateDir } = project.settings();
  const near = (path: string) => (relative(cwd, path).startsWith('..') ? path : relative(cwd, path) || '.');
  const pairs: (readonly [string, string])[] = [];
  if (url !== null) pairs.push(['HTTP API', url]);
  pairs.push(['Temporal', `${temporal.address}, namespace ${temporal.namespace}`]);
  if (temporal.ui !== null) pairs.push(['Temporal Web UI', temporal.ui]);
  pairs.push(['Board', 'path' in board ? near(board.path) : board.kind], ['State', near(stateDir)]);
  if (hostId !== null) pairs.push(['Host', hostId]);
  return `${out.style.bold(`dispatch is up: project ${name}`)}\n${renderPairs(pairs, out)}`;
}
