import { Agent, createServer, get, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { quantile } from '../lib/numbers.ts';
import { answerCalls } from './answer-calls.ts';

/** What one run of requests brought. */
export interface Load {
  readonly perSecond: number;
  /** Milliseconds. */
  readonly p50: number;
  readonly p99: number;
}

/** The least a Node server can do with such a request; in a process of its own it would take a third core. */
const body = JSON.stringify({ id: 'g50', name: 'task 50', queue_name: 'Todo', description: 'x'.repeat(300) });
const bare: Server = createServer((_request, response) => {
  response.setHeader('content-type', 'application/json');
  response.end(body);
});
await new Promise<void>((resolve) => bare.listen(0, '127.0.0.1', resolve));
const bareUrl = `http://127.0.0.1:${(bare.address() as AddressInfo).port}/`;

/** One request after the other on each connection, without pipelining. */
async function run(input: { url: string; connections: number; ms: number }): Promise<Load> {
  const { connections, ms } = input;
  const url = new URL(input.url === 'bare' ? bareUrl : input.url);
  const agent = new Agent({ keepAlive: true, maxSockets: connections });
  const took: number[] = [];
  const end = performance.now() + ms;
  const lane = async () => {
    while (performance.now() < end) took.push(await once(url, agent));
  };
  await Promise.all(Array.from({ length: connections }, lane));
  agent.destroy();
  return { perSecond: took.length / (ms / 1000), p50: quantile(took, 0.5), p99: quantile(took, 0.99) };
}

function once(url: URL, agent: Agent): Promise<number> {
  const start = performance.now();
  return new Promise((resolve, reject) => {
    get(url, { agent }, (response) => {
      if (response.statusCode !== 200) reject(new Error(`GET ${url}: ${response.statusCode}`));
      response.resume();
      response.once('end', () => resolve(performance.now() - start));
    }).once('error', reject);
  });
}

answerCalls({ run, stop: () => void bare.close() });
