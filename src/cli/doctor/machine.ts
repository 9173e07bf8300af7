import { existsSync } from 'node:fs';
import { statfs } from 'node:fs/promises';
import { dirname } from 'node:path';
import { hostContainment } from '../../adapters/process/containment.ts';
import { type Finding, failed, ok, warning } from './check.ts';

const NODE_MIN = [22, 12] as const;
const MIB = 1024 * 1024;
const DISK_WARN_BYTES = 1024 * MIB;
const DISK_FAIL_BYTES = 50 * MIB;

/** Is this Node new enough? */
export function checkNode(version = process.versions.node): Finding {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  const isEnough = major > NODE_MIN[0] || (major === NODE_MIN[0] && minor >= NODE_MIN[1]);
  return isEnough
    ? ok('node', version)
    : failed('node', `${version} is older than ${NODE_MIN.join('.')}`, 'get Node 24 from https://nodejs.org');
}

/** How well agent processes are held together here. */
export async function checkContainment(): Promise<Finding> {
  const { name, reasons } = await hostContainment();
  const why = reasons.length === 0 ? '' : ` (${reasons.join('; ')})`;
  return reasons.length === 0
    ? ok('containment', name)
    : warning('containment', `${name}${why}: processes an agent leaves behind are found by a sweep`);
}

/** Is there room for the store, outputs and the board? */
export async function checkDisk(stateDir: string): Promise<Finding> {
  let folder = stateDir;
  while (!existsSync(folder) && dirname(folder) !== folder) folder = dirname(folder);
  const { bavail, bsize } = await statfs(folder);
  const free = bavail * bsize;
  const text = `${Math.floor(free / MIB)} MiB free for ${stateDir}`;
  if (free < DISK_FAIL_BYTES)
    return failed('disk', text, 'make room, or name another place: state_dir in dispatch.yaml');
  return free < DISK_WARN_BYTES ? warning('disk', text) : ok('disk', text);
}
