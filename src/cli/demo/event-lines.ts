import type { EventTail } from '../../core/ports/event-tail.ts';
import type { RunEvent } from '../../core/schema/run-event.ts';
import { oneLine } from '../neutralise.ts';
import type { Output } from '../output.ts';

/** Prints what happens, one line for each event, where nothing can be drawn in place. */
export function printEvents(events: EventTail, out: Output, names: ReadonlyMap<string, string>): () => void {
  const begun = Date.now();
  return events.subscribe((batch) => {
    for (const event of batch) {
      const at = Math.max(0, Date.parse(event.ts) - begun) / 1000;
      const name = names.get(event.task_id ?? '') ?? '';
      out.note(`${at.toFixed(1).padStart(5)} s  task ${event.task_id} (${name}): ${describe(event)}`);
    }
  });
}

function describe({ type, data, attempt }: RunEvent): string {
  const fact = (name: string): string =>
    data[name] === undefined || data[name] === null ? '' : oneLine(String(data[name]));
  if (type === 'start') return `run ${attempt} starts`;
  if (type === 'end') return `run ${attempt} ends: ${fact('outcome')} ${fact('reason')}`.trimEnd();
  if (type === 'retry') return `to be tried again ${fact('reason')}`.trimEnd();
  return `${type}: ${fact('text')}`;
}
