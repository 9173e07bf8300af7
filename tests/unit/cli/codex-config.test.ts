import { expect, test } from 'vitest';
import { withoutServer, withServer } from '../../../src/cli/mcp/codex-config.ts';

const ENTRY = { command: '/opt/bin/dispatch', args: ['mcp'] };
const TABLE = `[mcp_servers.agent-dispatch]
command = "/opt/bin/dispatch"
args = ["mcp"]
tool_timeout_sec = 7200
`;
const OTHER = `model = "o4"

[mcp_servers.docs] # theirs
command = "docs"

[profiles.fast]
model = "mini"
`;

test('the server is added behind what is there, which stays as it is', () => {
  expect(withServer('', ENTRY)).toBe(TABLE);
  expect(withServer(OTHER, ENTRY)).toBe(`${OTHER}\n${TABLE}`);
});

test('a second time changes nothing, another entry is replaced', () => {
  const once = withServer(OTHER, ENTRY);
  expect(withServer(once, ENTRY)).toBe(once);
  const old = `${OTHER}\n[mcp_servers."agent-dispatch"]\ncommand = "agent-dispatch"\n\n[mcp_servers.agent-dispatch.env]\nA = "b"\n\n[tui]\nx = 1\n`;
  expect(withServer(old, ENTRY)).toBe(`${OTHER}\n[tui]\nx = 1\n\n${TABLE}`);
});

test('it is taken out again, and nothing else', () => {
  expect(withoutServer(withServer(OTHER, ENTRY)).trimEnd()).toBe(OTHER.trimEnd());
  expect(withoutServer(OTHER)).toBe(OTHER);
  expect(withoutServer('[mcp_servers.agent-dispatch-2]\nx = 1\n')).toContain('x = 1');
});
