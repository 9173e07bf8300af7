import type { IncomingHttpHeaders } from 'node:http';
import { AppError } from '../core/errors.ts';

/** Who may call, judged by headers alone (R-SYS-028); made once the port is known. */
export interface Guard {
  /** Throws 421 for a foreign Host, 403 for a foreign page, 415 for a form. */
  check(request: GuardedRequest): void;
}

/** What the guard looks at. */
export interface GuardedRequest {
  readonly method: string;
  /** The target as it stands in the request line. */
  readonly url: string;
  readonly headers: IncomingHttpHeaders;
}

/** Names a server answers to. */
export interface GuardConfig {
  readonly host: string;
  readonly port: number;
  /** Further names, with or without a port. */
  readonly allowedHosts: readonly string[];
}

const LOOPBACK_NAMES = ['127.0.0.1', 'localhost', '[::1]'];
const WILDCARDS = new Set(['0.0.0.0', '::', '']);

/**
 * A page in a browser always sends one of these with a write; curl and agents send neither. `Sec-Fetch-Mode` alone
 * says nothing: Node's own fetch sends it.
 */
const isBrowser = (headers: IncomingHttpHeaders): boolean =>
  headers.origin !== undefined || headers['sec-fetch-site'] !== undefined;

/** Exact allowlists of Host and Origin; no wildcard, no suffix match. */
export function createGuard({ host, port, allowedHosts }: GuardConfig): Guard {
  const own = WILDCARDS.has(host) ? [] : [host.includes(':') && !host.startsWith('[') ? `[${host}]` : host];
  const names = [...new Set([...LOOPBACK_NAMES, ...own])].map((name) => name.toLowerCase());
  const extra = allowedHosts.map((name) => name.toLowerCase());
  const hosts = new Set([
    ...names,
    ...names.map((name) => `${name}:${port}`),
    ...extra,
    ...extra.map((name) => `${name}:${port}`),
  ]);
  const origins = new Set([
    ...names.map((name) => `http://${name}:${port}`),
    ...(port === 80 ? names.map((name) => `http://${name}`) : []),
    ...extra.flatMap((name) =>
      [name, `${name}:${port}`].flatMap((full) => [`http://${full}`, `https://${full}`]),
    ),
  ]);

  return {
    check({ method, url, headers }) {
      const named = headers.host?.toLowerCase();
      if (named === undefined || !hosts.has(named) || !url.startsWith('/')) {
        throw new AppError('wrong-host', 'this server does not answer to that host name');
      }
      if (isBrowser(headers)) checkPage(method, headers, origins);
    },
  };
}

function checkPage(method: string, headers: IncomingHttpHeaders, origins: ReadonlySet<string>): void {
  const { origin } = headers;
  if (origin !== undefined && !origins.has(origin.toLowerCase())) refusePage();
  const reads = method === 'GET' || method === 'HEAD';
  const site = headers['sec-fetch-site'];
  if (site !== undefined && site !== 'same-origin' && site !== 'none' && !(reads && isVisit(headers)))
    refusePage();
  if (reads) return;
  if (origin === undefined) refusePage();
  if (hasBody(headers) && !isJson(headers['content-type'])) {
    throw new AppError('unsupported-media-type', 'a page must send its body as application/json');
  }
}

/** Somebody followed a link: what a GET answers is shown, and no page can read it. */
const isVisit = (headers: IncomingHttpHeaders): boolean =>
  headers['sec-fetch-mode'] === 'navigate' && headers['sec-fetch-dest'] === 'document';

const hasBody = (headers: IncomingHttpHeaders): boolean =>
  headers['transfer-encoding'] !== undefined ||
  Number(headers['content-length'] ?? 0) > 0 ||
  headers['content-type'] !== undefined;

const isJson = (contentType: string | undefined): boolean =>
  /^application\/json\s*(;|$)/i.test(contentType ?? '');

function refusePage(): never {
  throw new AppError('forbidden', 'requests of other pages are refused');
}
