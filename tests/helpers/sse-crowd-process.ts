import type { CrowdAnswer, CrowdCommand, CrowdDelays, CrowdQuestion, CrowdState } from './sse-crowd.ts';
import { createFollower, type Follower } from './sse-follower.ts';

/** A process full of clients of event streams, led by the process that forked it; leaves with it. */
const CONNECTING_MAX = 200;
const groups = new Map<string, Follower[]>();
const delays = new Map<string, number[]>();

process.once('disconnect', () => process.exit(0));
process.on('message', ({ id, command }: CrowdQuestion) => {
  const answer = (error?: string): void => {
    const all = command.do === 'delays' ? (delays.get(command.group)?.splice(0) ?? []) : [];
    const facts = { id, state: stateOf(command.group), delays: delaysOf(all) };
    process.send?.((error === undefined ? facts : { ...facts, error }) satisfies CrowdAnswer);
  };
  run(command).then(
    () => answer(),
    (error: unknown) => answer(String(error)),
  );
});

async function run(command: CrowdCommand): Promise<void> {
  const group = groups.get(command.group) ?? [];
  if (command.do === 'open') groups.set(command.group, await openAll(command));
  if (command.do === 'pause') for (const follower of group) follower.pause();
  if (command.do === 'read') for (const follower of group) follower.read();
  if (command.do === 'leave') for (const follower of group.splice(0, command.count)) follower.leave();
}

type OpenCommand = Extract<CrowdCommand, { do: 'open' }>;

async function openAll({ group, count, resumes, ...config }: OpenCommand): Promise<Follower[]> {
  const before = resumes === undefined ? [] : (groups.get(resumes) ?? []);
  const opened: Follower[] = [];
  const own: number[] = [];
  delays.set(group, own);
  const next = async (): Promise<void> => {
    while (opened.length < count) {
      await new Promise<void>((resolve) => {
        const after = before[opened.length];
        const onDelay = (delayMs: number): void => void own.push(delayMs);
        const place = after === undefined ? {} : { after };
        opened.push(createFollower({ ...config, ...place, onDelay, onHead: resolve }));
      });
    }
  };
  await Promise.all(Array.from({ length: Math.min(count, CONNECTING_MAX) }, next));
  return opened;
}

function stateOf(name: string): CrowdState {
  const group = groups.get(name) ?? [];
  const statuses: Record<string, number> = {};
  for (const { status } of group) statuses[status] = (statuses[status] ?? 0) + 1;
  const resynced = group.filter(({ resyncAt }) => resyncAt !== null);
  return {
    statuses,
    over: group.filter(({ isOver }) => isOver).length,
    gaps: group.reduce((sum, { gaps }) => sum + gaps, 0),
    least: group.reduce((least, { next }) => Math.min(least, next), Number.MAX_SAFE_INTEGER),
    resynced: resynced.length,
    resyncedElsewhere: resynced.filter(({ resyncAt, lastId }) => String(resyncAt) !== lastId).length,
  };
}

function delaysOf(all: readonly number[]): CrowdDelays {
  const sorted = all.toSorted((a, b) => a - b);
  const at = (part: number): number => sorted[Math.floor((sorted.length - 1) * part)] ?? 0;
  return { count: sorted.length, p50: at(0.5), p99: at(0.99), max: at(1) };
}
