/** One short line on stderr about what the script does; stdout belongs to the program it starts. */
export function say(text) {
  process.stderr.write(`dispatch: ${text}\n`);
}

/** Ends the script: one line that says why, and an exit code. */
export function fail(text, exitCode = 1) {
  say(text);
  process.exit(exitCode);
}
