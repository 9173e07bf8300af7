import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';

/** Agent programs people have, and how each takes a prompt as its last argument. */
const KNOWN_AGENTS: readonly (readonly [program: string, command: string])[] = [
  ['claude', 'claude -p'],
  ['codex', 'codex exec'],
  ['gemini', 'gemini -p'],
  ['opencode', 'opencode run'],
];

/** Command lines of the agents on the path, best known first. */
export function findAgents(env: Readonly<Record<string, string | undefined>>): readonly string[] {
  const folders = (env.PATH ?? '').split(delimiter).filter((folder) => folder !== '');
  return KNOWN_AGENTS.filter(([program]) => folders.some((folder) => isProgram(join(folder, program)))).map(
    ([, command]) => command,
  );
}

/** The first of them, or null. */
export function firstAgent(env: Readonly<Record<string, string | undefined>>): string | null {
  return findAgents(env)[0] ?? null;
}

function isProgram(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
