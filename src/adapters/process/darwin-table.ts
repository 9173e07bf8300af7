import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import type { ProcessRow } from './process-table.ts';

const OUTPUT_BYTES_MAX = 32 * 1024 * 1024;
const LINE = /^\s*(\d+)\s+(\d+)\s+(\d+)\s+(\S+)\s+(\S{3} \S{3}\s+\d+ \d\d:\d\d:\d\d \d{4})\s(.*)$/;
const MARKER = /(?:^|\s)DISPATCH_RUN_ID=(\S+)/;

/** The process table of macOS, from `ps`; the group stands in for the session, which `ps` shows there as an address. */
export async function readDarwinTable(): Promise<readonly ProcessRow[]> {
  const columns = 'pid=,ppid=,pgid=,stat=,lstart=,command=';
  const options = { maxBuffer: OUTPUT_BYTES_MAX, env: { PATH: '/bin:/usr/bin', LC_ALL: 'C' } };
  const { stdout } = await promisify(execFile)('ps', ['-axEww', '-o', columns], options);
  return parseDarwinTable(stdout);
}

/** Reads `ps` output; with `-E` the environment follows the command line. */
export function parseDarwinTable(text: string): readonly ProcessRow[] {
  return text.split('\n').flatMap((line) => {
    const [, pid, parent, session, state, startTime, rest] = LINE.exec(line) ?? [];
    if (startTime === undefined || state === undefined || state.startsWith('Z')) return [];
    const runId = MARKER.exec(rest ?? '')?.[1] ?? null;
    return [{ pid: Number(pid), parent: Number(parent), session: Number(session), startTime, runId }];
  });
}
