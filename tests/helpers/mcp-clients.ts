import {
  Client as ModernClient,
  StreamableHTTPClientTransport as ModernHttp,
} from '@modelcontextprotocol/client';
import { StdioClientTransport as ModernStdio } from '@modelcontextprotocol/client/stdio';
import { Client as LegacyClient } from '@modelcontextprotocol/sdk/client/index.js';
import { StdioClientTransport as LegacyStdio } from '@modelcontextprotocol/sdk/client/stdio.js';
import { StreamableHTTPClientTransport as LegacyHttp } from '@modelcontextprotocol/sdk/client/streamableHttp.js';
import { LoggingMessageNotificationSchema } from '@modelcontextprotocol/sdk/types.js';
import { onTestFinished } from 'vitest';

/** The generation of the protocol a client speaks: 2025-11-25 with `initialize`, or 2026-07-28 without. */
export const ERAS = ['legacy', 'modern'] as const;
export type Era = (typeof ERAS)[number];

/** Where the server is: an address, or a command to start. */
export type McpPlace =
  | { readonly url: string; readonly token?: string }
  | {
      readonly command: string;
      readonly args: readonly string[];
      readonly env: Readonly<Record<string, string>>;
      readonly cwd: string;
    };

/** A tool as a client sees it. */
export interface SeenTool {
  readonly name: string;
  readonly description?: string | undefined;
  readonly inputSchema: {
    readonly properties?: Readonly<Record<string, unknown>> | undefined;
    readonly required?: readonly string[] | undefined;
  };
  readonly annotations?: Readonly<Record<string, unknown>> | undefined;
  readonly _meta?: Readonly<Record<string, unknown>> | undefined;
}

/** What a call answered: the blocks as they came, and the JSON in the one that there must be. */
export interface SeenAnswer {
  readonly content: readonly { readonly type: string; readonly text?: string }[];
  readonly isError: boolean | undefined;
  // biome-ignore lint/suspicious/noExplicitAny: tests look into answers of any shape
  readonly json: any;
}

/** The part of both clients that tests use. */
export interface McpClient {
  readonly era: Era;
  /** Texts of log notices, as they came. */
  readonly notices: string[];
  readonly progress: string[];
  /** Of the server's process, if it is one of its own. */
  readonly pid: number | null;
  server(): { readonly name: string; readonly instructions: string; readonly version: string };
  tools(): Promise<readonly SeenTool[]>;
  call(name: string, given?: Record<string, unknown>, signal?: AbortSignal): Promise<SeenAnswer>;
  close(): Promise<void>;
}

const INFO = { name: 'test', version: '1' };
const CALL_MS_MAX = 100_000;

/** A connected client of that generation; closed with the test. */
export async function anMcpClient(era: Era, place: McpPlace): Promise<McpClient> {
  const client = era === 'modern' ? await modern(place) : await legacy(place);
  onTestFinished(() => client.close());
  return client;
}

const headersOf = (token: string | undefined) =>
  token === undefined ? {} : { requestInit: { headers: { authorization: `Bearer ${token}` } } };

const stdioOf = (place: Exclude<McpPlace, { url: string }>) => ({
  ...{ command: place.command, args: [...place.args], env: { ...place.env }, cwd: place.cwd },
  stderr: 'ignore' as const,
});

async function modern(place: McpPlace): Promise<McpClient> {
  const client = new ModernClient(INFO, { versionNegotiation: { mode: 'auto' } });
  const notices: string[] = [];
  const progress: string[] = [];
  client.setNotificationHandler('notifications/message', ({ params }) => {
    notices.push(String(params.data));
  });
  const transport =
    'url' in place
      ? new ModernHttp(new URL(place.url), headersOf(place.token))
      : new ModernStdio(stdioOf(place));
  await client.connect(transport);
  const onprogress = ({ message }: { message?: string | undefined }) => void progress.push(message ?? '');
  return {
    ...{ era: 'modern', notices, progress, pid: pidOf(transport) },
    server: () => ({
      ...{ name: client.getServerVersion()?.name ?? '', instructions: client.getInstructions() ?? '' },
      version: client.getNegotiatedProtocolVersion() ?? '',
    }),
    tools: async () => (await client.listTools()).tools,
    async call(name, given = {}, signal) {
      const _meta = { 'io.modelcontextprotocol/logLevel': 'info' } as Record<string, unknown>;
      const options = { timeout: CALL_MS_MAX, onprogress, ...(signal === undefined ? {} : { signal }) };
      return seen(await client.callTool({ name, arguments: given, _meta }, options));
    },
    close: () => client.close(),
  };
}

async function legacy(place: McpPlace): Promise<McpClient> {
  const client = new LegacyClient(INFO);
  const notices: string[] = [];
  const progress: string[] = [];
  client.setNotificationHandler(LoggingMessageNotificationSchema, ({ params }) => {
    notices.push(String(params.data));
  });
  const transport =
    'url' in place
      ? new LegacyHttp(new URL(place.url), headersOf(place.token))
      : new LegacyStdio(stdioOf(place));
  await client.connect(transport as Parameters<typeof client.connect>[0]);
  const onprogress = ({ message }: { message?: string | undefined }) => void progress.push(message ?? '');
  return {
    ...{ era: 'legacy', notices, progress, pid: pidOf(transport) },
    server: () => ({
      ...{ name: client.getServerVersion()?.name ?? '', instructions: client.getInstructions() ?? '' },
      version: '2025',
    }),
    tools: async () => (await client.listTools()).tools,
    async call(name, given = {}, signal) {
      const options = { timeout: CALL_MS_MAX, onprogress, ...(signal === undefined ? {} : { signal }) };
      return seen(await client.callTool({ name, arguments: given }, undefined, options));
    },
    close: () => client.close(),
  };
}

const pidOf = (transport: object): number | null =>
  'pid' in transport && typeof transport.pid === 'number' ? transport.pid : null;

function seen(result: object): SeenAnswer {
  const { content, isError } = result as Pick<SeenAnswer, 'content' | 'isError'>;
  return { content, isError, json: JSON.parse(content[0]?.text ?? 'null') };
}
