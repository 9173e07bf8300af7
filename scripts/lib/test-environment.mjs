import { capture } from './child.mjs';
import { fail, say } from './say.mjs';
import { ensureTestServer } from './test-server.mjs';

/** Looking, downloading and building together; a build alone takes 2 to 4 minutes. */
const BINARY_TIMEOUT_MS = 25 * 60_000;
const PURE_KINDS = /(^|[/=])(unit|contract|replay)(\/|$)|^(unit|contract|replay)$/;

/** Do these vitest arguments select only kinds of tests that need neither a build nor a server? */
export function isPure(args) {
  const selectors = args.filter((arg) => !arg.startsWith('-') || arg.startsWith('--project='));
  return selectors.length > 0 && selectors.every((arg) => PURE_KINDS.test(arg));
}

async function temporalBinary(root) {
  const { exitCode, stdout } = await capture('bash', ['temporal-dev.sh', 'binary'], {
    cwd: root,
    timeoutMs: BINARY_TIMEOUT_MS,
  });
  if (exitCode !== 0) fail('the tests need the Temporal CLI; the line above says what was tried', exitCode);
  return stdout.trim();
}

/** Under DISPATCH_TEST_STRICT=1 a missing time-skipping server is a failure, elsewhere one loud line. */
async function timeSkippingServer() {
  const { path, reason } = await ensureTestServer();
  if (path) return path;
  const text = `no time-skipping test server (${reason})`;
  if (process.env.DISPATCH_TEST_STRICT === '1') fail(text, 69);
  say(`${text}: THE TESTS THAT NEED IT ARE SKIPPED`);
  return undefined;
}

/** Finds the servers once, before the tests, and tells them by environment variables. */
export async function testEnvironment(root) {
  const server = await timeSkippingServer();
  return {
    ...process.env,
    TEMPORAL_CLI: await temporalBinary(root),
    ...(server ? { DISPATCH_TEST_SERVER: server } : {}),
  };
}
