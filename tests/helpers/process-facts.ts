import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';

/** How many files a process may hold open; raised to `wanted` where this user may (Node takes its hard limit itself). */
export function openFilesOf(pid: number, wanted: number): number {
  const granted = limitOf(pid);
  if (granted >= wanted) return granted;
  spawnSync('prlimit', ['--pid', String(pid), `--nofile=${wanted}:${wanted}`], { timeout: 5_000 });
  return limitOf(pid);
}

/** 0 where it cannot be known. */
function limitOf(pid: number): number {
  try {
    const soft = /^Max open files\s+(\S+)/m.exec(readFileSync(`/proc/${pid}/limits`, 'utf8'))?.[1];
    return soft === 'unlimited' ? Number.POSITIVE_INFINITY : Number(soft ?? 0);
  } catch {
    return 0;
  }
}

/** Memory of a process that is not shared with files (bytes); 0 where it cannot be known. */
export function memoryOf(pid: number): number {
  try {
    const kib = /^RssAnon:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1];
    return Number(kib ?? 0) * 1024;
  } catch {
    return 0;
  }
}

/** Processor time a process has taken (ms); 0 where it cannot be known. The kernel counts it in ticks of 10 ms. */
export function cpuMsOf(pid: number): number {
  try {
    const fields = readFileSync(`/proc/${pid}/stat`, 'utf8')
      .replace(/^.*\) /s, '')
      .split(' ');
    return (Number(fields[11]) + Number(fields[12])) * 10;
  } catch {
    return 0;
  }
}
