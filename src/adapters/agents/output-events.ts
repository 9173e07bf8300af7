import { EVENT_LINE_BYTES_MAX, EVENTS_PER_RUN_MAX } from '../../core/limits.ts';
import type { AgentRunIo } from '../../core/ports/agent.ts';
import type { ProcessIo } from '../process/process-runner.ts';

/** Turns output lines into `stdout` and `stderr` events; after EVENTS_PER_RUN_MAX one `system` event ends them. */
export function createOutputEvents(onEvent: AgentRunIo['onEvent']): ProcessIo['onLine'] {
  let events = 0;
  return (stream, line, droppedBytes) => {
    if (events >= EVENTS_PER_RUN_MAX) return false;
    events++;
    if (events === EVENTS_PER_RUN_MAX) {
      onEvent('system', {
        text: `More than ${EVENTS_PER_RUN_MAX - 1} lines: the rest is only in the output file.`,
      });
      return false;
    }
    onEvent(stream, lineData(line, droppedBytes));
    return true;
  };
}

/** The line as text, bounded; undecodable bytes are replaced (R-ART-043). */
function lineData(line: Buffer, droppedBytes: number): Readonly<Record<string, unknown>> {
  const text = line.toString('utf8', 0, EVENT_LINE_BYTES_MAX);
  const missing = droppedBytes + Math.max(0, line.length - EVENT_LINE_BYTES_MAX);
  return missing === 0 ? { text } : { text, droppedBytes: missing };
}
