import { fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { onTestFinished } from 'vitest';
import type { FollowerConfig } from './sse-follower.ts';

/** What a crowd is told to do. */
export type CrowdCommand = { readonly group: string } & (
  | ({
      readonly do: 'open';
      readonly count: number;
      /** The group whose places this one takes up by `Last-Event-ID`. */
      readonly resumes?: string;
    } & Pick<FollowerConfig, 'port' | 'path' | 'counted'>)
  | { readonly do: 'pause' | 'read' }
  | { readonly do: 'leave'; readonly count: number }
  | { readonly do: 'look' | 'delays' }
);

/** How a group stands. */
export interface CrowdState {
  /** How many got which answer. */
  readonly statuses: Readonly<Record<string, number>>;
  readonly over: number;
  readonly gaps: number;
  /** Every client has all events before this one. */
  readonly least: number;
  readonly resynced: number;
  /** Told to resync after another event than their last one. */
  readonly resyncedElsewhere: number;
}

/** How late events came (ms). */
export interface CrowdDelays {
  readonly count: number;
  readonly p50: number;
  readonly p99: number;
  readonly max: number;
}

/** One question to the process of a crowd, and its answer. */
export interface CrowdQuestion {
  readonly id: number;
  readonly command: CrowdCommand;
}
export interface CrowdAnswer {
  readonly id: number;
  readonly state: CrowdState;
  /** Counted since they were last asked for; none unless asked for. */
  readonly delays: CrowdDelays;
  readonly error?: string;
}

/** Clients of event streams in a process of their own. */
export interface Crowd {
  readonly pid: number;
  tell(command: CrowdCommand): Promise<CrowdState>;
  /** How late events of this group came since the last time this was asked. */
  delays(group: string): Promise<CrowdDelays>;
}

/** Forks a crowd; it does not outlive the test. */
export function aCrowd(): Crowd {
  const script = fileURLToPath(new URL('./sse-crowd-process.ts', import.meta.url));
  const child = fork(script, [], {
    execArgv: ['--no-warnings'],
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
  });
  const gone = once(child, 'exit');
  const waiting = new Map<number, (answer: CrowdAnswer | Error) => void>();
  let count = 0;
  child.on('message', (answer: CrowdAnswer) => {
    waiting.get(answer.id)?.(answer.error === undefined ? answer : new Error(answer.error));
    waiting.delete(answer.id);
  });
  child.on('exit', (code) => {
    for (const answer of waiting.values()) answer(new Error(`the crowd left with ${code}`));
  });
  onTestFinished(async () => {
    child.kill('SIGKILL');
    await gone;
  });
  const ask = (command: CrowdCommand): Promise<CrowdAnswer> =>
    new Promise((resolve, reject) => {
      waiting.set(++count, (answer) => (answer instanceof Error ? reject(answer) : resolve(answer)));
      child.send({ id: count, command } satisfies CrowdQuestion);
    });
  return {
    pid: child.pid ?? 0,
    tell: async (command) => (await ask(command)).state,
    delays: async (group) => (await ask({ do: 'delays', group })).delays,
  };
}
