import { existsSync } from 'node:fs';
import { chmod, mkdir, mkdtemp, rename, rm, writeFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { dirname, join } from 'node:path';
import { capture } from './child.mjs';
import { withLock } from './lock.mjs';
import { say } from './say.mjs';

const VERSION = '1.32.0';
const MAVEN_TIMEOUT_MS = 10 * 60_000;

const POM = `<project xmlns="http://maven.apache.org/POM/4.0.0">
  <modelVersion>4.0.0</modelVersion>
  <groupId>dispatch</groupId>
  <artifactId>test-server</artifactId>
  <version>1</version>
  <dependencies>
    <dependency>
      <groupId>io.temporal</groupId>
      <artifactId>temporal-test-server</artifactId>
      <version>${VERSION}</version>
    </dependency>
  </dependencies>
</project>
`;

const WRAPPER = `#!/bin/sh
# Temporal's time-skipping test server; the only argument is its port.
exec java -cp "$(dirname "$0")/lib/*" io.temporal.testserver.TestServer "$@"
`;

function cacheFolder() {
  const base = process.env.XDG_CACHE_HOME || join(homedir(), '.cache');
  return join(base, 'dispatch', 'temporal-test-server', VERSION);
}

async function has(command, flag) {
  const { exitCode } = await capture(command, [flag], { quiet: true });
  return exitCode === 0;
}

/** Fetches the server beside its final place and moves it there whole. */
async function install(folder) {
  await mkdir(dirname(folder), { recursive: true });
  const work = await mkdtemp(`${folder}.work-`);
  try {
    await writeFile(join(work, 'pom.xml'), POM);
    say(`fetching Temporal's time-skipping test server ${VERSION} with Maven`);
    const args = [
      '-q',
      '-B',
      '-f',
      join(work, 'pom.xml'),
      'dependency:copy-dependencies',
      '-DincludeScope=runtime',
    ];
    const { exitCode } = await capture('mvn', [...args, `-DoutputDirectory=${join(work, 'out', 'lib')}`], {
      timeoutMs: MAVEN_TIMEOUT_MS,
      quiet: true,
    });
    if (exitCode !== 0) return `Maven ended with exit code ${exitCode}`;
    const wrapper = join(work, 'out', 'temporal-test-server');
    await writeFile(wrapper, WRAPPER);
    await chmod(wrapper, 0o755);
    await rename(join(work, 'out'), folder);
    return undefined;
  } finally {
    await rm(work, { recursive: true, force: true });
  }
}

/** Path of the time-skipping test server's executable, fetched when it is not there yet; else the reason. */
export async function ensureTestServer() {
  if (process.env.DISPATCH_TEST_SERVER) return { path: process.env.DISPATCH_TEST_SERVER };
  const folder = cacheFolder();
  const path = join(folder, 'temporal-test-server');
  if (!(await has('java', '-version'))) return { reason: 'java is not installed' };
  if (existsSync(path)) return { path };
  if (!(await has('mvn', '-version'))) return { reason: 'mvn is not installed' };
  const reason = await withLock(folder, async () => (existsSync(path) ? undefined : await install(folder)));
  return reason ? { reason } : { path };
}
