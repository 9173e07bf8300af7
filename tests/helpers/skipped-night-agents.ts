import { appendFileSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { AgentAdapter, AgentRequest, AgentRunIo, StopReason } from '../../src/core/ports/agent.ts';
import type { AgentOutcome } from '../../src/core/schema/agent-outcome.ts';
import { NOTE, PRICES } from './night-figures.ts';
import { WITNESS_FILE } from './witness.ts';

/**
 * The team of a night without processes of their own, in place of commands. The last word of a task's name is how long it
 * takes (s); they write down what they do as other witnessed agents do.
 */
export const agents: readonly AgentAdapter[] = [{ kind: 'command', run: work }];

const FACTS = { outputBytes: 0, tail: '' } as const;
const LIVES_MS = 1;

async function work(request: AgentRequest, io: AgentRunIo): Promise<AgentOutcome> {
  const { taskName, env } = request;
  const began = performance.now();
  const facts = () => ({ durationMs: Math.round(performance.now() - began), ...FACTS });
  try {
    io.mayStart();
  } catch (reason) {
    return { kind: 'stopped', by: (reason as StopReason).stop, ...facts() };
  }
  const role = env.TASK_QUEUE ?? '';
  begin(request, io);
  await pause(Number(taskName.split(' ').at(-1)) * 1_000, io.signal);
  say(request, 'stop');
  if (io.signal.aborted) return { kind: 'stopped', by: (io.signal.reason as StopReason).stop, ...facts() };
  const costMicroUsd = PRICES[role]?.price ?? 0;
  const done = { ...facts(), durationMs: Math.max(LIVES_MS, facts().durationMs), costMicroUsd };
  return fails(role, request)
    ? { kind: 'failed', reason: 'exited with code 3', exitCode: 3, retryable: true, ...done }
    : { kind: 'succeeded', ...done };
}

function begin(request: AgentRequest, io: AgentRunIo): void {
  mkdirSync(join(request.cwd, 'locks'), { recursive: true });
  const lock = join(request.cwd, 'locks', request.taskId);
  const holder = existsSync(lock) ? Number(readFileSync(lock, 'utf8')) : 0;
  if (holder !== 0 && isAlive(holder)) say(request, 'overlap');
  writeFileSync(lock, String(process.pid));
  say(request, 'start');
  const { command } = request;
  io.onSpawn({ pid: process.pid, startTime: '', argv: command, envKeys: [], containment: 'none' });
}

function say({ cwd, taskId, runId }: AgentRequest, what: 'start' | 'stop' | 'overlap'): void {
  appendFileSync(join(cwd, WITNESS_FILE), `${what} ${taskId} ${runId} ${process.pid}\n`);
  if (what === 'stop') writeFileSync(join(cwd, 'locks', taskId), '0');
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}

/** A task called `fragile` is only done once a person has said how; a role fails while it is broken. */
function fails(role: string, { cwd, taskName, prompt }: AgentRequest): boolean {
  if (taskName.startsWith('fragile')) return !prompt.includes(NOTE);
  return existsSync(join(cwd, `broken-${role}`));
}

function pause(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(over, ms);
    function over() {
      clearTimeout(timer);
      signal.removeEventListener('abort', over);
      resolve();
    }
    if (signal.aborted) over();
    else signal.addEventListener('abort', over);
  });
}
