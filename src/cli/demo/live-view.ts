import type { Output } from '../output.ts';
import { renderTable } from '../render/table.ts';
import { duration } from '../render/words.ts';
import type { DemoTask } from './picture.ts';
import { DONE, FAILED } from './scenarios.ts';

const COLUMNS = ['waiting', 'running', DONE, FAILED] as const;
const BAR_WIDTH = 22;

/** The demo as a board of four columns and a line for each task. */
export function renderLive(tasks: readonly DemoTask[], out: Pick<Output, 'style' | 'columns'>): string {
  const { style } = out;
  const counts = COLUMNS.map((column) => {
    const inIt = tasks.filter((task) => columnOf(task) === column);
    const text = `${column} ${'■'.repeat(Math.min(inIt.length, BAR_WIDTH))} ${inIt.length}`;
    return column === DONE ? style.good(text) : column === FAILED ? style.bad(text) : text;
  });
  const table = renderTable(
    tasks,
    [
      { title: 'TASK', text: ({ id }) => id },
      { title: 'NAME', text: ({ name }) => name },
      { title: 'QUEUE', text: ({ queueNow }) => queueNow },
      { title: 'RUN', text: ({ runCount, runs }) => (runCount === 0 ? '' : `${runCount} of ${runs}`) },
      { title: 'NOW', text: (task) => now(task, out), styled: true },
      { title: 'SHOWS', text: ({ shows }) => shows },
    ],
    out,
  );
  return `${counts.join('   ')}\n\n${table}`;
}

function columnOf({ isOver, queueNow, running }: DemoTask): (typeof COLUMNS)[number] {
  if (isOver) return queueNow === FAILED ? FAILED : DONE;
  return running === null ? 'waiting' : 'running';
}

function now(
  { isOver, isRight, running, status, runCount, queueNow }: DemoTask,
  { style }: Pick<Output, 'style'>,
): string {
  if (isOver) return queueNow === FAILED ? style.bad(isRight ? 'given up' : 'failed') : style.good('done');
  if (running !== null) {
    const seconds = Math.max(0, Date.now() - (running.spawnedAt ?? running.startedAt)) / 1000;
    return `${style.caution(running.agent)} ${duration(seconds)}`;
  }
  if (queueNow === DONE || queueNow === FAILED) return style.dim('is settled');
  return style.dim(status === 'retrying' || runCount > 0 ? 'next run follows' : 'waits for a slot');
}
