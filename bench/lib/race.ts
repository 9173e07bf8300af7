import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';

/** A program that gets ready, says so, waits for a line, works, and says when it began and ended; a JSON line each. */
export interface Racer {
  readonly command: string;
  readonly args: readonly string[];
}

/** What one of them says at its end (wall ms). */
interface Finish {
  readonly at: number;
  readonly ended: number;
  readonly done: number;
  /** How often it was sent away and came again. */
  readonly refused: number;
}

/** All of them together: from the first start to the last end. */
export interface Raced {
  readonly perSecond: number;
  readonly refused: number;
}

const RACE_MS_MAX = 120_000;

/** Starts all at the same moment, once all are ready. */
export async function race(racers: readonly Racer[]): Promise<Raced> {
  const running = racers.map(enter);
  await Promise.all(running.map(({ ready }) => ready));
  const finished = await Promise.all(running.map(({ go }) => go()));
  const seconds =
    (Math.max(...finished.map(({ ended }) => ended)) - Math.min(...finished.map(({ at }) => at))) / 1000;
  const sum = (field: 'done' | 'refused') => finished.reduce((all, one) => all + one[field], 0);
  return { perSecond: sum('done') / seconds, refused: sum('refused') };
}

function enter({ command, args }: Racer) {
  const child = spawn(command, [...args], { stdio: ['pipe', 'pipe', 'inherit'], timeout: RACE_MS_MAX });
  const killNow = () => child.kill('SIGKILL');
  process.once('exit', killNow);
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const gone = new Promise<never>((_, reject) => {
    child.once('error', reject);
    child.once('exit', (code, signal) => {
      process.off('exit', killNow);
      if (code !== 0) reject(new Error(`${args[0] ?? command} ended with ${code ?? signal}`));
    });
  });
  const next = async () => {
    const { value } = await Promise.race([lines.next(), gone]);
    return JSON.parse(value ?? 'null') as unknown;
  };
  const ready = next();
  return {
    ready,
    async go() {
      child.stdin.end('go\n');
      return (await next()) as Finish;
    },
  };
}
