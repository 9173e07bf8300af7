import { isIPv4, isIPv6 } from 'node:net';
import type { Environment } from './environment.ts';
import type { Merged } from './merge-layers.ts';
import type { ConfigNote, Problem } from './problem.ts';

/** Variable that holds the API's bearer token when the configuration names no other. */
export const TOKEN_VARIABLE = 'DISPATCH_API_TOKEN';

/** Can only this machine reach a listener on this address? */
export function isLoopback(host: string): boolean {
  const plain = host.replace(/^\[(.*)\]$/, '$1').toLowerCase();
  if (isIPv4(plain)) return plain.startsWith('127.');
  if (isIPv6(plain)) return plain === '::1' || plain === '0:0:0:0:0:0:0:1' || plain.startsWith('::ffff:127.');
  return plain === 'localhost';
}

/** Beyond loopback the API needs a token, and the variable that holds it must be set (R-ART-078). */
export function checkApi(
  { values, originOf }: Merged,
  env: Environment,
  listens: boolean,
): { readonly problems: readonly Problem[]; readonly notes: readonly ConfigNote[] } {
  const host = values.api_host ?? '127.0.0.1';
  const variable = values.api?.token_env ?? TOKEN_VARIABLE;
  const needed = !isLoopback(host) || values.api?.require_tokens === true;
  if (!needed || (env[variable] ?? '') !== '') return { problems: [], notes: [] };
  const message = isLoopback(host)
    ? `tokens are required, but the environment variable ${variable} is not set`
    : `"${host}" can be reached from other machines: put a token into the environment variable ${variable}`;
  const path = isLoopback(host) ? ['api', 'require_tokens'] : ['api_host'];
  if (listens) return { problems: [{ origin: originOf(path), path, message }], notes: [] };
  return { problems: [], notes: [{ level: 'warning', text: `${path.join('.')}: ${message}` }] };
}
