#!/usr/bin/env node
// Old Node first: everything behind this line uses what only newer ones have, and would fail with a riddle.
const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);

if (major < 22 || (major === 22 && minor < 12)) {
  process.stderr.write(
    `producer needs Node 22.12 or newer; this is ${process.versions.node}.\n` +
      'Get Node 24 from https://nodejs.org or with your version manager (fnm install 24, nvm install 24),\n' +
      'or run it once with: npx --yes --package=node@24 --package=agent-dispatcher -- producer\n',
  );
  process.exitCode = 69;
} else {
  await import('../dist/cli/producer/main.js');
}
