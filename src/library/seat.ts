import { registerProject } from '../adapters/local/project-registry.ts';
import { joinSharedTemporal } from '../adapters/local/shared-temporal.ts';
import { prepareStateDir } from '../adapters/local/state-dir.ts';
import { removeUp, writeUp } from '../adapters/local/up-file.ts';
import { takeUpLock } from '../adapters/local/up-lock.ts';
import { userStateDir } from '../adapters/local/user-state-dir.ts';
import { ensureSearchAttributes } from '../adapters/temporal/ensure-search-attributes.ts';
import type { Project } from '../compose.ts';
import type { Log } from '../core/ports/log.ts';
import type { Settings } from '../core/schema/settings.ts';
import type { Undo } from '../core/undo.ts';

type Environment = Readonly<Record<string, string | undefined>>;

/** What a dispatcher shares with `dispatch up` on this machine. */
export interface SeatConfig {
  readonly settings: Settings;
  readonly env: Environment;
  readonly log: Log;
  readonly undo: Undo;
}

/** A Temporal server to work with, and whether it is the one of this user on this machine. */
export interface Seat {
  readonly settings: Settings;
  readonly isLocal: boolean;
}

/** Variables that say where Temporal is; with any of them nothing is started here. */
const ELSEWHERE = ['TEMPORAL_ADDRESS', 'TEMPORAL_PROFILE', 'TEMPORAL_CONFIG_FILE'] as const;

/**
 * Takes the state directory for this process, claims the project's name, and starts or joins the local Temporal when
 * none is named. Throws `already-running`, `project-elsewhere`, `temporal-unavailable`.
 */
export async function takeSeat(config: SeatConfig): Promise<Seat> {
  const { stateDir } = config.settings;
  prepareStateDir(stateDir);
  const lock = takeUpLock(stateDir);
  config.undo.add(() => lock.release());
  return joinTemporal(config);
}

/** The same beside others who work in this state directory. */
export async function joinTemporal({ settings, env, log, undo }: SeatConfig): Promise<Seat> {
  const { project, stateDir, baseDir, temporal } = settings;
  prepareStateDir(stateDir);
  const elsewhere = temporal.address ?? temporal.profile ?? ELSEWHERE.map((name) => env[name]).find(Boolean);
  registerProject(env, { project, stateDir, dir: baseDir, server: elsewhere ?? 'local' });
  if (elsewhere !== undefined) return { settings, isLocal: false };
  const address = await joinLocal(env, log, undo);
  return { settings: { ...settings, temporal: { ...temporal, address } }, isLocal: true };
}

type Shared = Awaited<ReturnType<typeof joinSharedTemporal>>;

/** The local server knows processes: however many dispatchers are in one, it is joined once. */
const joined = new Map<string, { readonly shared: Promise<Shared>; users: number }>();

async function joinLocal(env: Environment, log: Log, undo: Undo): Promise<string> {
  const key = userStateDir(env);
  const entry = joined.get(key) ?? {
    shared: joinSharedTemporal({ env, onLine: (line) => log.info({ line }, 'temporal') }),
    users: 0,
  };
  joined.set(key, entry);
  entry.users += 1;
  undo.add(async () => {
    entry.users -= 1;
    if (entry.users > 0) return;
    joined.delete(key);
    const shared = await entry.shared.catch(() => null);
    await shared?.leave();
  });
  const { server } = await entry.shared;
  log.info({ address: server.address, ui: server.ui }, 'Temporal is there');
  return server.address;
}

/** What others of this state directory are told, and what a server of somebody else's must know. */
export async function announce(project: Project, url: string, { isLocal }: Seat, undo: Undo): Promise<void> {
  const { stateDir } = project.settings();
  const { address } = project.server;
  if (!isLocal) await ensureSearchAttributes(await project.client(), address);
  undo.add(() => removeUp(stateDir));
  writeUp(stateDir, { pid: process.pid, url, temporal: address, ui: null, since: new Date().toISOString() });
}
