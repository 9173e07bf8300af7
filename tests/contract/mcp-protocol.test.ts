import { expect, onTestFinished, test } from 'vitest';
import { startHttpProject } from '../helpers/http-project.ts';

const MODERN = '2026-07-28';
const ENVELOPE = {
  'io.modelcontextprotocol/protocolVersion': MODERN,
  'io.modelcontextprotocol/clientInfo': { name: 'raw', version: '1' },
  'io.modelcontextprotocol/clientCapabilities': {},
};

/** Speaks to `/mcp` without a client library. */
async function aServer() {
  const project = await startHttpProject();
  onTestFinished(() => project.close());
  return async (body: unknown, headers: Readonly<Record<string, string>> = {}) => {
    const response = await fetch(`${project.server.url}/mcp`, {
      method: 'POST',
      headers: {
        ...{ accept: 'application/json, text/event-stream', 'content-type': 'application/json' },
        ...headers,
      },
      body: typeof body === 'string' ? body : JSON.stringify(body),
    });
    const text = await response.text();
    const data = /^data: (.*)$/m.exec(text)?.[1] ?? text;
    return { status: response.status, json: data === '' ? null : JSON.parse(data) };
  };
}

const request = (method: string, params: object = {}) => ({ jsonrpc: '2.0', id: 1, method, params });
const modern = (method: string, params: object = {}) => request(method, { ...params, _meta: ENVELOPE });
const headersOf = (method: string, more = {}) => ({
  'mcp-protocol-version': MODERN,
  'mcp-method': method,
  ...more,
});

test('each request stands for itself, in both generations (R-AD-139)', async () => {
  const post = await aServer();
  expect(await post(request('ping'))).toMatchObject({ status: 200, json: { result: {} } });
  expect((await post(request('tools/list'))).json.result.tools.length).toBeGreaterThan(0);
  const discovered = await post(modern('server/discover'), headersOf('server/discover'));
  expect(discovered.json.result).toMatchObject({
    supportedVersions: [MODERN],
    capabilities: { tools: {} },
    instructions: expect.stringContaining('dispatch'),
  });
  const called = await post(
    modern('tools/call', { name: 'cache_stats', arguments: {} }),
    headersOf('tools/call', { 'mcp-name': 'cache_stats' }),
  );
  expect(called.json.result.content).toEqual([{ type: 'text', text: expect.any(String) }]);
});

test('headers that say something else than the body, and versions nobody speaks, are refused', async () => {
  const post = await aServer();
  const mismatch = await post(modern('tools/list'), headersOf('tools/call'));
  expect(mismatch.status).toBe(400);
  const later = { ...ENVELOPE, 'io.modelcontextprotocol/protocolVersion': '2999-01-01' };
  const unknown = await post(request('tools/list', { _meta: later }), {
    'mcp-protocol-version': '2999-01-01',
    'mcp-method': 'tools/list',
  });
  expect(unknown.status).toBe(400);
  expect(unknown.json.error).toMatchObject({ code: expect.any(Number), message: expect.any(String) });
});

test('what is no request is refused and hurts nobody', async () => {
  const post = await aServer();
  for (const body of ['{', '[]', '"text"', '{}', '{"jsonrpc":"2.0"}', '['.repeat(10_000)]) {
    expect((await post(body)).status, body.slice(0, 20)).toBe(400);
  }
  expect((await post(request('no/such/method'))).json.error.code).toBe(-32601);
  expect((await post({ jsonrpc: '2.0', method: 'notifications/initialized' })).status).toBe(202);
  expect((await post(request('ping'))).status).toBe(200);
});
