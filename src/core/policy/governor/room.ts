import type { TaskId } from '../../ids.ts';
import { ROOM_WAITING_MAX } from '../../limits.ts';
import { haltOf } from './block.ts';
import { holdsOf } from './hold.ts';
import type { GovernorState, Room, WaitingEntry, WaitingTask } from './state.ts';
import { effectiveLimit, freeSlots, takeStock } from './stock.ts';

/** What a starter needs to choose the next tasks without another call; no slot is free while nothing may start. */
export function roomOf(state: GovernorState, pool: string, now: number): Room {
  const stock = takeStock(state, now);
  const halted = haltOf(state, now) !== null;
  const held = heldRoutes(state, pool);
  return {
    pool,
    free: halted ? 0 : freeSlots(state, stock, pool),
    slots: effectiveLimit(state, stock, pool),
    open: openTasks(state),
    waiting: waitingTasks(state, pool, held),
    ...(held.size === 0 ? {} : { held: [...held] }),
  };
}

function openTasks(state: GovernorState): readonly TaskId[] {
  const open: TaskId[] = [];
  for (const { taskId } of Object.values(state.leases)) if (taskId !== null) open.push(taskId);
  for (const { taskId } of state.waiting) if (taskId !== null) open.push(taskId);
  return open;
}

/** The first of a route in line stands for all of it: they have the same agent. */
function heldRoutes(state: GovernorState, pool: string): ReadonlySet<string> {
  const firsts = new Map<string, WaitingEntry>();
  for (const entry of state.waiting) {
    const { taskId, route, pool: asked } = entry;
    if (taskId !== null && route !== null && asked === pool && !firsts.has(route)) firsts.set(route, entry);
  }
  if (firsts.size === 0) return new Set();
  const holds = holdsOf(state);
  return new Set([...firsts].flatMap(([route, entry]) => (holds.of(entry) === null ? [] : [route])));
}

function waitingTasks(state: GovernorState, pool: string, held: ReadonlySet<string>): readonly WaitingTask[] {
  const tasks: WaitingTask[] = [];
  for (const { taskId, route, order, pool: asked } of state.waiting) {
    if (tasks.length === ROOM_WAITING_MAX) break;
    if (taskId !== null && asked === pool && !held.has(route ?? '')) tasks.push({ taskId, order });
  }
  return tasks;
}
