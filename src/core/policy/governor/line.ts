import type { RunId } from '../../ids.ts';
import { WAITING_LINE_CHARS_MAX, WAITING_LINE_MAX } from '../../limits.ts';
import type { AdmitRequest, GovernorState, WaitingEntry } from './state.ts';

type Place = Pick<WaitingEntry, 'order' | 'seq'>;

/** Sorts by route rank, then board position, then arrival (R-ART-039). */
export function comparePlaces(a: Place, b: Place): number {
  return a.order[0] - b.order[0] || a.order[1] - b.order[1] || a.seq - b.seq;
}

/** Puts a request at its place in the sorted line. */
export function joinLine(state: GovernorState, request: AdmitRequest, now: number): GovernorState {
  const entry: WaitingEntry = { ...request, seq: state.nextSeq, since: now };
  const waiting = state.waiting.toSpliced(placeOf(state.waiting, entry), 0, entry);
  return { ...state, waiting, nextSeq: state.nextSeq + 1 };
}

/** Takes an entry out of the line; not there = the same state. */
export function leaveLine(state: GovernorState, leaseId: RunId): GovernorState {
  const index = state.waiting.findIndex((entry) => entry.leaseId === leaseId);
  return index === -1 ? state : { ...state, waiting: state.waiting.toSpliced(index, 1) };
}

/** Does the line hold more than may be carried, in entries or in characters? */
export function isOverfull({ waiting }: GovernorState): boolean {
  if (waiting.length > WAITING_LINE_MAX) return true;
  let chars = 0;
  for (const entry of waiting) chars += charsOf(entry);
  return chars > WAITING_LINE_CHARS_MAX;
}

/** Index at which `place` keeps the line sorted. */
export function placeOf(waiting: readonly WaitingEntry[], place: Place): number {
  let low = 0;
  let high = waiting.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    const entry = waiting[middle];
    if (entry !== undefined && comparePlaces(entry, place) < 0) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** Asked of every entry at every admission, so nothing is allocated. */
function charsOf(entry: WaitingEntry): number {
  const { leaseId, workflowId, taskId, pool, route, agent, parentLeaseId, account } = entry;
  const rest =
    (taskId?.length ?? 0) + (route?.length ?? 0) + (parentLeaseId?.length ?? 0) + (account?.length ?? 0);
  return leaseId.length + workflowId.length + pool.length + agent.length + rest;
}
