import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { AppError } from '../../core/errors.ts';
import { isKernelLocked, type KernelLock, takeKernelLock, tryKernelLock } from './kernel-lock.ts';
import { runTemporalScript, type ScriptOptions, type StartedServer, startServer } from './temporal-script.ts';
import { userStateDir } from './user-state-dir.ts';

/** Our part in the local Temporal that all projects of a user share. */
export interface SharedTemporal {
  readonly server: StartedServer;
  /** The last one out stops the server, if one of us had started it. */
  leave(): Promise<void>;
}

/** Another one may be building the Temporal CLI meanwhile. */
const DOOR_MS_MAX = 16 * 60_000;

/** Joins the user's local Temporal and starts it when it is not there. */
export async function joinSharedTemporal(options: ScriptOptions): Promise<SharedTemporal> {
  const folder = join(userStateDir(options.env), 'users');
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const seatPath = join(folder, `${process.pid}.lock`);
  const door = await openDoor(folder);
  try {
    const seat = takeSeat(seatPath);
    try {
      const ran = (await runTemporalScript(['status'], { env: options.env })).exitCode === 0;
      const server = await startServer([], options);
      if (!ran) writeFileSync(startedPath(options.env), `${server.pid}\n`, { mode: 0o600 });
      return { server, leave: () => leave({ env: options.env, folder, seat, seatPath, server }) };
    } catch (error) {
      giveUpSeat(seat, seatPath);
      throw error;
    }
  } finally {
    door.release();
  }
}

/** Says which server one of us has started. */
const startedPath = (env: ScriptOptions['env']): string => join(userStateDir(env), 'temporal-started');

async function openDoor(folder: string): Promise<KernelLock> {
  const door = await takeKernelLock(join(folder, 'door'), DOOR_MS_MAX);
  if (door !== null) return door;
  throw new AppError(
    'temporal-unavailable',
    'another dispatch has been starting or stopping Temporal for too long',
  );
}

function takeSeat(path: string): KernelLock {
  const seat = tryKernelLock(path);
  if (seat === null) throw new Error(`${path} is held by another process with our pid`);
  return seat;
}

function giveUpSeat(seat: KernelLock, path: string): void {
  seat.release();
  rmSync(path, { force: true });
}

interface Leaving {
  readonly env: ScriptOptions['env'];
  readonly folder: string;
  readonly seat: KernelLock;
  readonly seatPath: string;
  readonly server: StartedServer;
}

async function leave({ env, folder, seat, seatPath, server }: Leaving): Promise<void> {
  const door = await openDoor(folder);
  try {
    giveUpSeat(seat, seatPath);
    if (othersIn(folder) || startedPid(env) !== server.pid) return;
    await runTemporalScript(['stop'], { env });
    rmSync(startedPath(env), { force: true });
  } finally {
    door.release();
  }
}

/** Is somebody else still there? Seats of the dead are cleared away. */
function othersIn(folder: string): boolean {
  let living = false;
  for (const name of readdirSync(folder).filter((file) => file.endsWith('.lock'))) {
    const path = join(folder, name);
    if (isKernelLocked(path)) living = true;
    else rmSync(path, { force: true });
  }
  return living;
}

function startedPid(env: ScriptOptions['env']): number | null {
  try {
    return Number(readFileSync(startedPath(env), 'utf8'));
  } catch {
    return null;
  }
}
