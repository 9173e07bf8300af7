import { hostname } from 'node:os';
import { historyToJSON } from '@temporalio/common/lib/proto-utils.js';
import { expect } from 'vitest';
import { HISTORY_TEXT_BYTES_MAX } from '../../src/core/limits.ts';
import type { TestProject } from './project.ts';

/** A workflow history as JSON, the way every Temporal tool writes it. */
export interface HistoryJson {
  readonly events: readonly HistoryEvent[];
}

export interface HistoryEvent {
  readonly eventType: string;
  readonly eventTime: string;
  readonly [attributes: string]: unknown;
}

/** A recorded history stays readable. */
const HISTORY_FILE_BYTES_MAX = 60 * 1024;

/** What is encrypted or binary stays as it is. */
const JSON_PLAIN = Buffer.from('json/plain').toString('base64');

interface JsonPayload {
  readonly metadata: Readonly<Record<string, string>>;
  readonly data?: string;
}

/** The history of one Workflow Run (the latest by default), without what tells where it was recorded. */
export async function historyOf(
  { project, worker, dir }: Pick<TestProject, 'project' | 'worker' | 'dir'>,
  workflowId: string,
  runId?: string,
): Promise<HistoryJson> {
  const client = await project.client();
  const history = await client.workflow.getHandle(workflowId, runId).fetchHistory();
  const names = new Map([
    [worker?.hostId ?? hostname(), 'host-a'],
    [dir, '/sample'],
    [hostname(), 'host'],
  ]);
  return neutral(JSON.parse(historyToJSON(history)), names) as HistoryJson;
}

/** Every payload of a history as text, decoded from the base64 it is kept in. */
export function payloadsOf(history: unknown): string[] {
  if (isPayload(history)) return [decode(history)];
  if (typeof history !== 'object' || history === null) return [];
  return Object.values(history).flatMap(payloadsOf);
}

/** Short event names in order: `WorkflowExecutionStarted`, … */
export function eventsOf({ events }: HistoryJson): string[] {
  return events.map(({ eventType }) =>
    eventType
      .replace(/^EVENT_TYPE_/, '')
      .toLowerCase()
      .replaceAll(/(?:^|_)([a-z])/g, (_, letter: string) => letter.toUpperCase()),
  );
}

/** The names of the Signals in it, in order. */
export function signalsOf({ events }: HistoryJson): string[] {
  return events.flatMap(({ workflowExecutionSignaledEventAttributes: told }) =>
    told === undefined ? [] : [(told as { readonly signalName: string }).signalName],
  );
}

/** No history may grow large: neither a file of it nor a payload in it. */
export function expectSmall(history: HistoryJson, shape: string): void {
  expect(JSON.stringify(history, null, 1).length, shape).toBeLessThan(HISTORY_FILE_BYTES_MAX);
  for (const payload of payloadsOf(history)) {
    expect(Buffer.byteLength(payload), shape).toBeLessThan(HISTORY_TEXT_BYTES_MAX);
  }
}

/** Fields that tell of a process or its files, whatever is in them. */
const REPLACED: Readonly<Record<string, string>> = { identity: 'worker', stackTrace: '' };

/** Names of machines and folders stand in ids, queue names and payloads alike; all are replaced in the same way. */
function neutral(value: unknown, names: ReadonlyMap<string, string>): unknown {
  const rename = (text: string) => [...names].reduce((named, [from, to]) => named.replaceAll(from, to), text);
  if (typeof value === 'string') return rename(value);
  if (isPayload(value) && value.metadata.encoding === JSON_PLAIN) {
    return { ...value, data: Buffer.from(rename(decode(value))).toString('base64') };
  }
  if (Array.isArray(value)) return value.map((item) => neutral(item, names));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, item]) => [key, REPLACED[key] ?? neutral(item, names)]),
  );
}

function isPayload(value: unknown): value is JsonPayload {
  if (typeof value !== 'object' || value === null || !('metadata' in value)) return false;
  const { metadata } = value;
  return typeof metadata === 'object' && metadata !== null && 'encoding' in metadata;
}

const decode = ({ data = '' }: JsonPayload): string => Buffer.from(data, 'base64').toString();
