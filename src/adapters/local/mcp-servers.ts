import { mkdir, readdir, readFile, rm, stat } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import writeFileAtomic from 'write-file-atomic';
import { z } from 'zod';
import { SERVER_ENTRY_FRESH_MS } from '../../core/limits.ts';
import { isAlive, startTimeOf } from '../process/process-identity.ts';
import { isFlocked } from './flock-holders.ts';

/** A server as its entry tells of it; upstream's entries have no `start_time`. */
const Entry = z.object({
  pid: z
    .int()
    .min(1)
    .max(2 ** 31),
  version: z.string(),
  /** Unix seconds. */
  started_at: z.number().min(0).max(1e11),
  config: z.string().default(''),
  /** Tells this process from a later one of its pid. */
  start_time: z.string().optional(),
});

/** An MCP server that lives now. */
export interface RunningServer {
  readonly pid: number;
  readonly version: string;
  /** Epoch milliseconds. */
  readonly startedAt: number;
  readonly config: string;
  /** It is a server of the tool before us. */
  readonly foreign: boolean;
}

/** The living MCP servers of a user (R-ADX-034). */
export interface McpServers {
  /** Enters this process; answers the way to take the entry away. */
  register(self: {
    readonly version: string;
    readonly config: string;
    readonly at: number;
  }): Promise<() => Promise<void>>;
  /** Deletes the entries of dead ones on the way. */
  list(): Promise<readonly RunningServer[]>;
}

/** Folder of the entries: `AGENT_DISPATCH_SERVERS_DIR`, else `servers` beside agents.yaml. */
export function mcpServersDir(env: Readonly<Record<string, string | undefined>>, agentsFile: string): string {
  const named = env.AGENT_DISPATCH_SERVERS_DIR ?? '';
  return named === '' ? join(dirname(agentsFile), 'servers') : resolve(named);
}

const FILE_MODE = 0o600;
const DIR_MODE = 0o700;

/**
 * One file per server. An entry of ours lives as long as exactly this process; one of the older tool as long as it
 * holds its lock on the file. Both end with the process, however it ends.
 */
export function createMcpServers(dir: string): McpServers {
  return {
    async register({ version, config, at }) {
      const { pid } = process;
      const path = join(dir, `${pid}.json`);
      const startTime = startTimeOf(pid);
      const entry = { pid, version, started_at: at / 1000, config, start_time: startTime ?? '' };
      await mkdir(dir, { recursive: true, mode: DIR_MODE });
      await writeFileAtomic(path, `${JSON.stringify(entry)}\n`, { mode: FILE_MODE, fsync: false });
      return () => rm(path, { force: true });
    },

    async list() {
      const names = (await readdir(dir).catch(() => [])).filter((name) => /^\d+\.json$/.test(name));
      const found = await Promise.all(names.map((name) => readEntry(join(dir, name), name)));
      return found
        .filter((server) => server !== null)
        .toSorted((one, other) => one.startedAt - other.startedAt);
    },
  };
}

async function readEntry(path: string, name: string): Promise<RunningServer | null> {
  try {
    const { mtimeMs } = await stat(path);
    const entry = Entry.safeParse(JSON.parse(await readFile(path, 'utf8')));
    if (!entry.success || `${entry.data.pid}.json` !== name) return null;
    const { pid, version, started_at, config, start_time: startTime } = entry.data;
    const foreign = startTime === undefined;
    const alive = foreign ? isFlocked(path) : isAlive({ pid, startTime });
    if (alive) return { pid, version, startedAt: started_at * 1000, config, foreign };
    if (Date.now() - mtimeMs > SERVER_ENTRY_FRESH_MS) await rm(path, { force: true });
    return null;
  } catch {
    return null;
  }
}
