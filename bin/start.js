// Old Node first: everything behind the entry uses what only newer ones have, and would fail with a riddle.

/** Loads what runs a command, or says which Node it needs. */
export async function start(command, entry) {
  const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
  if (major > 22 || (major === 22 && minor >= 12)) {
    await import(entry);
    return;
  }
  process.stderr.write(
    `${command} needs Node 22.12 or newer; this is ${process.versions.node}.\n` +
      'Get Node 24 from https://nodejs.org or with your version manager (fnm install 24, nvm install 24),\n' +
      `or run it once with: npx --yes --package=node@24 --package=agent-dispatcher -- ${command}\n`,
  );
  process.exitCode = 69;
}
