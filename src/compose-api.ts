import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Project } from './compose.ts';

/** An HTTP API that listens. */
export interface RunningApi {
  readonly url: string;
  readonly port: number;
  close(): Promise<void>;
}

const ADDRESS_FILE = 'api.json';

/** Listens and leaves the address in the state directory, where workers of other processes find it for their agents. */
export async function startApi(project: Project): Promise<RunningApi> {
  const { listenHttp } = await import('./api/http.ts');
  const { api, stateDir } = project.settings();
  const token = project.env[api.tokenEnv] ?? null;
  const listening = await listenHttp({
    context: project.context,
    settings: project.settings(),
    token,
    log: project.log,
  });
  const url = `http://${urlHost(api.host)}:${listening.port}`;
  const file = join(stateDir, ADDRESS_FILE);
  writeFileSync(file, JSON.stringify({ url, pid: process.pid }), { mode: 0o600 });
  return {
    url,
    port: listening.port,
    async close() {
      rmSync(file, { force: true });
      await listening.close();
    },
  };
}

/** Where agents reach the API: the one that listens, else where one would by configuration. */
export function apiUrlOf(project: Project): string | null {
  const { api, stateDir } = project.settings();
  try {
    const { url } = JSON.parse(readFileSync(join(stateDir, ADDRESS_FILE), 'utf8')) as { url?: unknown };
    if (typeof url === 'string') return url;
  } catch {
    // No API is up on this state directory.
  }
  return api.port === 0 ? null : `http://${urlHost(api.host)}:${api.port}`;
}

/** An address one can connect to: the wildcard is no destination, IPv6 wants brackets. */
function urlHost(host: string): string {
  if (host === '0.0.0.0' || host === '::') return '127.0.0.1';
  return host.includes(':') ? `[${host}]` : host;
}
