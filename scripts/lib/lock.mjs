import { createHash } from 'node:crypto';
import { closeSync, openSync, readFileSync, rmSync, writeSync } from 'node:fs';
import { tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { fail, say } from './say.mjs';

const WAIT_MAX_MS = 20 * 60_000;

function isGone(pid) {
  try {
    process.kill(pid, 0);
    return false;
  } catch (error) {
    return error.code === 'ESRCH';
  }
}

function tryTake(file) {
  try {
    const handle = openSync(file, 'wx', 0o600);
    writeSync(handle, String(process.pid));
    closeSync(handle);
    return true;
  } catch (error) {
    if (error.code === 'EEXIST') return false;
    throw error;
  }
}

function holderOf(file) {
  try {
    return Number(readFileSync(file, 'utf8'));
  } catch {
    return 0;
  }
}

/** Runs `work` while no other process does the same for this folder; a lock of a dead process is taken over. */
export async function withLock(folder, work) {
  const name = createHash('sha256').update(folder).digest('hex').slice(0, 16);
  const file = join(tmpdir(), `dispatch-setup-${userInfo().uid}-${name}.lock`);
  const deadline = Date.now() + WAIT_MAX_MS;
  let told = false;
  while (!tryTake(file)) {
    const holder = holderOf(file);
    if (holder > 0 && isGone(holder)) {
      rmSync(file, { force: true });
      continue;
    }
    if (Date.now() > deadline)
      fail(`process ${holder} has held ${file} for too long; remove it if that is wrong`);
    if (!told) say(`waiting for process ${holder}, which installs or builds here`);
    told = true;
    await wait(200);
  }
  const release = () => rmSync(file, { force: true });
  process.once('exit', release);
  try {
    return await work();
  } finally {
    process.off('exit', release);
    release();
  }
}
