import { delimiter, dirname } from 'node:path';
import { capture, run } from './child.mjs';
import { fail, say } from './say.mjs';

const NODE_MIN = [22, 12];
const NODE_WANTED = 'node@24';
const FETCH_TIMEOUT_MS = 10 * 60_000;
/** Set for the second start, so that a surprising answer cannot make it go round for ever. */
const GUARD = 'DISPATCH_NODE_FETCHED';

function isEnough(version) {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  return major > NODE_MIN[0] || (major === NODE_MIN[0] && minor >= NODE_MIN[1]);
}

/** The same Node without an install script, for places that block those. */
function plainPackage() {
  const system = process.platform === 'win32' ? 'win' : process.platform;
  const prefix = system === 'darwin' && process.arch === 'arm64' ? 'node-bin' : 'node';
  return `${prefix}-${system}-${process.arch}@24`;
}

/** Where npm put a Node of this package, or nothing. */
async function fetchNode(name) {
  const args = ['exec', '--yes', '--prefer-offline', '--ignore-scripts=false', `--package=${name}`, '--'];
  const print = ['node', '-p', 'process.versions.node + " " + process.execPath'];
  const npm = process.platform === 'win32' ? 'npm.cmd' : 'npm';
  const { stdout } = await capture(npm, [...args, ...print], { timeoutMs: FETCH_TIMEOUT_MS, quiet: true });
  const [, version, path] = /^(\d+\.\d+\.\d+) (.+)$/m.exec(stdout) ?? [];
  return version && isEnough(version) ? path : undefined;
}

/** Starts the script again with a newer Node when this one is too old; returns only when it is new enough. */
export async function ensureNode(script, args) {
  if (isEnough(process.versions.node)) {
    // What is started from here is not to see it.
    delete process.env[GUARD];
    return;
  }
  const need = `Node ${process.versions.node} is too old (needs ${NODE_MIN.join('.')} or newer)`;
  if (process.env[GUARD]) fail(`${need}, and the newer one that npm brought did not start`, 69);
  say(`${need}: getting ${NODE_WANTED} through npm`);
  const path = (await fetchNode(NODE_WANTED)) ?? (await fetchNode(plainPackage()));
  if (!path) fail(`${need}, and npm could not bring one: install Node 24 from https://nodejs.org`, 69);
  const env = { ...process.env, [GUARD]: '1', PATH: `${dirname(path)}${delimiter}${process.env.PATH ?? ''}` };
  process.exit(await run(path, [script, ...args], { env }));
}
