import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const STAND_IN = fileURLToPath(new URL('../fixtures/agents/claude', import.meta.url));

/** One line of what the agents themselves wrote down. */
export interface ClaudeStart {
  /** `overlap` = two of one conversation lived at once, `crowded` = more lived at once than there are seats. */
  readonly what: 'start' | 'overlap' | 'crowded';
  readonly how: 'new' | 'resume';
  readonly sessionId: string;
  readonly jobId: string;
  readonly runId: string;
  /** Name of the agent's folder. */
  readonly agent: string;
}

/** A `claude` on a path of its own that writes down who starts it; locks that only the kernel frees tell of too many. */
export interface ClaudeWitness {
  /** To be put first on PATH. */
  readonly bin: string;
  /** Where the stand-in keeps conversations. */
  readonly state: string;
  lines(): readonly ClaudeStart[];
  /** Conversations that a process has begun. */
  begun(): readonly string[];
  /** How many turns of a conversation were brought to their end. */
  turnsOf(sessionId: string): number;
}

export function aClaudeWitness(folder: string, seats: number): ClaudeWitness {
  const bin = join(folder, 'bin');
  const state = join(folder, 'state');
  for (const dir of [bin, state, join(folder, 'sessions'), join(folder, 'seats')]) mkdirSync(dir);
  writeFileSync(join(bin, 'claude'), script(folder, seats), { mode: 0o755 });
  const begun = () =>
    readdirSync(state)
      .filter((name) => name.endsWith('.json'))
      .map((name) => name.slice(0, -'.json'.length));
  return {
    ...{ bin, state, begun },
    lines: () => read(join(folder, 'log')).split('\n').filter(Boolean).map(parsed),
    turnsOf(sessionId) {
      const text = read(join(state, `${sessionId}.json`));
      return text === '' ? 0 : (JSON.parse(text) as { turns: unknown[] }).turns.length;
    },
  };
}

/** Takes a lock per conversation and a free seat, both held until the process is dead, and becomes the stand-in. */
const script = (folder: string, seats: number) => `#!/bin/sh
[ "$1" = -p ] || exec "${STAND_IN}" "$@"
how=new session=none before=
for word; do
  case $before in --session-id) session=$word ;; --resume) session=$word how=resume ;; esac
  before=$word
done
say() { echo "$1 $how $session \${DISPATCH_JOB_ID:--} $DISPATCH_RUN_ID \${PWD##*/}" >> "${folder}/log"; }
exec 9>> "${folder}/sessions/$session"
flock -n 9 || say overlap
seat=1
while [ $seat -le ${seats} ]; do
  exec 8>> "${folder}/seats/$seat"
  flock -n 8 && break
  seat=$((seat + 1))
done
[ $seat -le ${seats} ] || say crowded
say start
exec "${STAND_IN}" "$@"
`;

function parsed(line: string): ClaudeStart {
  const [what, how, sessionId = '', jobId = '', runId = '', agent = ''] = line.split(' ');
  return { what, how, sessionId, jobId, runId, agent } as ClaudeStart;
}

function read(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}
