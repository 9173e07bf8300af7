import type { Client } from '@temporalio/client';
import type { ServerAddress } from './adapters/temporal/connection.ts';

/** One connection, made at the first use; a failed one is tried again at the next. */
export function connectOnce(server: ServerAddress) {
  let connecting: Promise<Client> | null = null;
  const connect = async (): Promise<Client> => {
    connecting ??= import('./adapters/temporal/connection.ts').then(({ connectClient }) =>
      connectClient(server),
    );
    try {
      return await connecting;
    } catch (error) {
      connecting = null;
      throw error;
    }
  };
  return Object.assign(connect, {
    async close() {
      const client = await connecting?.catch(() => null);
      await client?.connection.close();
    },
  });
}
