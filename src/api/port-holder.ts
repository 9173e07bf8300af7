import { readdir, readFile, readlink } from 'node:fs/promises';
import { AppError } from '../core/errors.ts';

const LISTENING = '0A';

/** The error of a taken port: who holds it where that can be known, and what to do (R-ART-007). */
export async function portTaken(host: string, port: number, cause: Error): Promise<AppError> {
  const holder = await findHolder(port).catch(() => null);
  const by = holder === null ? '' : ` by process ${holder.pid} (${holder.command})`;
  return new AppError('port-taken', `port ${port} on ${host} is taken${by}`, {
    hint: `${holder === null ? 'end what holds it' : `end process ${holder.pid}`}, or set api_port (0 takes a free one)`,
    details: { host, port, ...(holder === null ? {} : { pid: holder.pid }) },
    cause,
  });
}

interface Holder {
  readonly pid: number;
  readonly command: string;
}

/** On Linux the kernel's own tables tell; elsewhere, or for another user's process, nobody does. */
async function findHolder(port: number): Promise<Holder | null> {
  const tables = await Promise.all(['/proc/net/tcp', '/proc/net/tcp6'].map(readOrEmpty));
  const inodes = new Set(tables.flatMap((table) => listeningInodes(table, port)));
  if (inodes.size === 0) return null;
  for (const name of await readdir('/proc')) {
    if (/^\d+$/.test(name) && (await holdsAny(name, inodes))) {
      return { pid: Number(name), command: await commandOf(name) };
    }
  }
  return null;
}

function listeningInodes(table: string, port: number): string[] {
  const suffix = `:${port.toString(16).toUpperCase().padStart(4, '0')}`;
  return table
    .split('\n')
    .map((line) => line.trim().split(/\s+/))
    .filter((fields) => fields[3] === LISTENING && fields[1]?.endsWith(suffix))
    .map((fields) => `socket:[${fields[9]}]`);
}

async function holdsAny(pid: string, sockets: ReadonlySet<string>): Promise<boolean> {
  const folder = `/proc/${pid}/fd`;
  const names = await readdir(folder).catch(() => []);
  const links = await Promise.all(names.map((name) => readlink(`${folder}/${name}`).catch(() => '')));
  return links.some((link) => sockets.has(link));
}

async function commandOf(pid: string): Promise<string> {
  const text = await readOrEmpty(`/proc/${pid}/cmdline`);
  return text.replaceAll('\0', ' ').trim().slice(0, 200);
}

const readOrEmpty = (path: string): Promise<string> => readFile(path, 'utf8').catch(() => '');
