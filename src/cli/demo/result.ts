import type { Output } from '../output.ts';
import { renderPairs, renderTable } from '../render/table.ts';
import { duration } from '../render/words.ts';
import type { DemoTask } from './picture.ts';

const timed = (ms: number | null): string => (ms === null ? '-' : duration(ms / 1000));

/** The table at the end of the demo. */
export function renderResult(tasks: readonly DemoTask[], out: Pick<Output, 'style' | 'columns'>): string {
  const { style } = out;
  return renderTable(
    tasks,
    [
      { title: 'TASK', text: ({ id }) => id },
      { title: 'NAME', text: ({ name }) => name },
      {
        title: 'OUTCOME',
        styled: true,
        text: ({ isRight, queueNow, endsIn }) =>
          isRight ? style.good(`${queueNow}, as it should`) : style.bad(`${queueNow}, not ${endsIn}`),
      },
      { title: 'RUNS', text: ({ runCount }) => String(runCount) },
      { title: 'WAITED', text: ({ waitedMs }) => timed(waitedMs) },
      { title: 'TOOK', text: ({ tookMs }) => timed(tookMs) },
      { title: 'SHOWS', text: ({ shows }) => shows },
    ],
    out,
  );
}

/** Where everything can be looked at. */
export interface DemoPlacesShown {
  readonly url: string;
  readonly ui: string | null;
  readonly folder: string;
}

/** The addresses of the demo. */
export function renderPlaces({ url, ui, folder }: DemoPlacesShown, out: Pick<Output, 'style'>): string {
  const pairs: (readonly [string, string])[] = [['HTTP API', url]];
  if (ui !== null) pairs.push(['Temporal Web UI', ui]);
  pairs.push(['Folder', folder]);
  return renderPairs(pairs, out);
}

/** What to do after the demo; in a checkout there is no `dispatch` on the path. */
export function renderNext(
  env: Readonly<Record<string, string | undefined>>,
  { style }: Pick<Output, 'style'>,
): string {
  const dispatch = env.npm_lifecycle_event === undefined ? 'dispatch' : 'node bin/dispatch.js';
  const steps = [
    [`${dispatch} demo --keep`, 'the same, and it stays up to look around'],
    [`${dispatch} init`, 'write a dispatch.yaml for a folder of yours (--dir <folder>)'],
    [`${dispatch} up`, 'start that project'],
  ] as const;
  const width = Math.max(...steps.map(([command]) => command.length));
  return [
    'Next:',
    ...steps.map(([command, what]) => `  ${style.bold(command.padEnd(width))}   ${what}`),
  ].join('\n');
}

/** The result as a document. */
export function resultDocument(tasks: readonly DemoTask[]) {
  return tasks.map(({ id, name, queueNow, endsIn, isRight, runCount, waitedMs, tookMs }) => ({
    ...{ task_id: id, name, queue_name: queueNow, expected_queue: endsIn, ok: isRight, runs: runCount },
    ...{ waited_ms: waitedMs, took_ms: tookMs },
  }));
}
