import { type Client, Connection } from '@temporalio/client';
import type { DataConverter, PayloadCodec } from '@temporalio/common';
import { AppError, messageOf } from '../../core/errors.ts';
import { createEagerClient } from './eager-start.ts';
import { createRetries } from './retries.ts';

/** Where the server is; TLS and keys come in from the profile reader as they are. */
export interface ServerAddress {
  readonly address: string;
  readonly namespace: string;
  readonly tls?: boolean | object;
  readonly apiKey?: string;
  readonly metadata?: Record<string, string>;
  /** Encrypts what goes into workflow history. */
  readonly codec?: PayloadCodec;
}

/** How long a first connection may take before the server counts as down (ms). */
const CONNECT_MS_MAX = 5_000;

/** A client for everything that must be quick; throws `temporal-unavailable` when nobody answers. */
export async function connectClient(server: ServerAddress): Promise<Client> {
  const { address, namespace, codec, ...options } = server;
  const retries = createRetries();
  try {
    const connection = await Connection.connect({
      address,
      ...options,
      connectTimeout: CONNECT_MS_MAX,
      interceptors: [retries.interceptor],
    });
    const close = connection.close.bind(connection);
    connection.close = () => retries.end().then(close);
    // A closed workflow would answer a Query from its last state: a terminated governor must count as gone.
    const workflow = { queryRejectCondition: 'NOT_OPEN' } as const;
    return createEagerClient({ connection, namespace, workflow, dataConverter: converterOf({ codec }) });
  } catch (cause) {
    throw unavailable(address, cause);
  }
}

/** How client and workers of this server turn values into payloads; both must agree. */
export const converterOf = ({ codec }: { codec?: PayloadCodec | undefined }): DataConverter =>
  codec === undefined ? {} : { payloadCodecs: [codec] };

/** The one error for a server that does not answer. */
export function unavailable(address: string, cause: unknown): AppError {
  return new AppError(
    'temporal-unavailable',
    `no Temporal server answers at ${address}: ${messageOf(cause)}`,
    {
      cause,
      hint: 'start one with ./temporal-dev.sh start, or set TEMPORAL_ADDRESS',
      details: { address },
    },
  );
}
