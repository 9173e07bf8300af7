import { EVENT_LINE_BYTES_MAX, EVENTS_PER_RUN_MAX } from '../core/limits.ts';
import type { AgentRunIo } from '../core/ports/agent.ts';
import { RunEventType } from '../core/schema/run-event.ts';

/** Events an adapter in code reports, bounded in number and size as those of a command are (R-SYS-032). */
export function boundedEvents(onEvent: AgentRunIo['onEvent']): AgentRunIo['onEvent'] {
  let events = 0;
  return (type, data) => {
    events += 1;
    if (events > EVENTS_PER_RUN_MAX) return;
    if (events === EVENTS_PER_RUN_MAX) {
      onEvent('system', { text: `More than ${EVENTS_PER_RUN_MAX - 1} events: the rest was dropped.` });
      return;
    }
    onEvent(RunEventType.safeParse(type).success ? type : 'system', boundedData(data));
  };
}

/** Plain JSON of a bounded size; what does not fit is cut and says so. */
function boundedData(data: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> {
  let json: string;
  try {
    json = JSON.stringify(data) ?? '{}';
  } catch {
    return { text: 'an event that is no JSON' };
  }
  if (json.length <= EVENT_LINE_BYTES_MAX) return JSON.parse(json) as Record<string, unknown>;
  const text = typeof data.text === 'string' ? data.text : json;
  return { text: text.slice(0, EVENT_LINE_BYTES_MAX), droppedBytes: json.length - EVENT_LINE_BYTES_MAX };
}
