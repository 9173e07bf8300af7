import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Settings } from '../../core/schema/settings.ts';
import { userStateDir } from '../local/user-state-dir.ts';
import type { ServerAddress } from './connection.ts';

type Environment = Readonly<Record<string, string | undefined>>;

/** Address of a server nobody configured and nobody has started. */
const DEFAULT_ADDRESS = '127.0.0.1:7233';

/** What `temporal-dev.sh` writes about the server it started; null when none was. */
export interface LocalServer {
  readonly pid: number;
  readonly address: string;
  readonly uiAddress: string | null;
}

export function readLocalServer(env: Environment): LocalServer | null {
  try {
    return JSON.parse(
      readFileSync(join(userStateDir(env), 'temporal', 'server.json'), 'utf8'),
    ) as LocalServer;
  } catch {
    return null;
  }
}

/** Settings first, then TEMPORAL_* variables and profiles, then the local dev server. */
export async function serverAddress({ temporal }: Settings, env: Environment): Promise<ServerAddress> {
  const { address, namespace, profile } = temporal;
  if (address !== null && profile === null) return { address, namespace };
  const configured = profile !== null || Object.keys(env).some((key) => key.startsWith('TEMPORAL_'));
  if (configured) {
    const { loadClientConnectConfig } = await import('@temporalio/envconfig');
    // The environment we were given, not that of this process: a library's caller may bring its own.
    const given = Object.entries(env).filter((entry): entry is [string, string] => entry[1] !== undefined);
    const overrideEnvVars = Object.fromEntries(given);
    const loaded = loadClientConnectConfig({ overrideEnvVars, ...(profile === null ? {} : { profile }) });
    const options = loaded.connectionOptions as Omit<ServerAddress, 'namespace'>;
    const found = address ?? options.address;
    if (found !== undefined) return { ...options, address: found, namespace: loaded.namespace ?? namespace };
  }
  return { address: readLocalServer(env)?.address ?? DEFAULT_ADDRESS, namespace };
}
