import { closeSync, type FSWatcher, mkdirSync, openSync, readSync, watch, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** Where agents sign in with their very first instruction. */
export interface Witness {
  /** Where they sign in. */
  readonly file: string;
  /** The no-op agent: signs in and ends. */
  readonly agent: string;
  /** Resolves with the wall clock (ms) of the agent of the task with this name. */
  of(name: string, timeoutMs?: number): Promise<number>;
  /** Wall clock of every agent so far (ms), in order of arrival. */
  all(): readonly number[];
  close(): void;
}

/** The stamp comes before anything else the shell does; a builtin writes it, so nothing is forked for it. */
const script = (file: string) => `#!/bin/bash\necho "$EPOCHREALTIME $TASK_NAME" >>'${file}'\n`;

export function createWitness(folder: string): Witness {
  mkdirSync(folder, { recursive: true });
  const file = join(folder, 'witness');
  const agent = join(folder, 'agent.sh');
  writeFileSync(file, '');
  writeFileSync(agent, script(file), { mode: 0o755 });
  const seen = new Map<string, number>();
  const stamps: number[] = [];
  const waiting = new Map<string, (at: number) => void>();
  function take(line: string): void {
    const space = line.indexOf(' ');
    const at = Number(line.slice(0, space).replace(',', '.')) * 1000;
    const name = line.slice(space + 1);
    seen.set(name, at);
    stamps.push(at);
    waiting.get(name)?.(at);
  }
  const tail = tailOf(file, take);
  const watcher: FSWatcher = watch(file, tail.readOn);

  return {
    file,
    agent,
    of(name, timeoutMs = 20_000) {
      tail.readOn();
      const known = seen.get(name);
      if (known !== undefined) return Promise.resolve(known);
      return new Promise((resolve, reject) => {
        const late = setTimeout(
          () => reject(new Error(`no agent of "${name}" in ${timeoutMs} ms`)),
          timeoutMs,
        );
        waiting.set(name, (at) => {
          clearTimeout(late);
          waiting.delete(name);
          resolve(at);
        });
      });
    },
    all() {
      tail.readOn();
      return stamps;
    },
    close() {
      watcher.close();
      tail.close();
    },
  };
}

/** Reads on where it stopped the last time. */
function tailOf(file: string, take: (line: string) => void) {
  const fd = openSync(file, 'r');
  const chunk = Buffer.alloc(64 * 1024);
  let offset = 0;
  let rest = '';
  return {
    readOn(): void {
      for (;;) {
        const count = readSync(fd, chunk, 0, chunk.length, offset);
        if (count === 0) return;
        offset += count;
        const lines = (rest + chunk.toString('utf8', 0, count)).split('\n');
        rest = lines.pop() ?? '';
        for (const line of lines) take(line);
      }
    },
    close: () => closeSync(fd),
  };
}
