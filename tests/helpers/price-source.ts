import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { onTestFinished } from 'vitest';

/** A source of prices on loopback; what it answers may change. */
export interface PriceSource {
  readonly url: string;
  answer: { readonly status: number; readonly body: string };
}

/** Answers every request so, until told otherwise; gone with the test. */
export async function aPriceSource(body: string): Promise<PriceSource> {
  const source = { url: '', answer: { status: 200, body } };
  const server = createServer((_request, response) => {
    response.writeHead(source.answer.status).end(source.answer.body);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  source.url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/prices.json`;
  onTestFinished(async () => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  });
  return source;
}

/** Data as genai-prices publishes it, with these models of Anthropic. */
export function providerData(models: readonly object[]): string {
  return JSON.stringify([
    { id: 'openai', models: [{ id: 'gpt-9', prices: { input_mtok: 999, output_mtok: 999 } }] },
    { id: 'anthropic', name: 'Anthropic', models },
  ]);
}
