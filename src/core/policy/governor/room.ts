import type { TaskId } from '../../ids.ts';
import { ROOM_WAITING_MAX } from '../../limits.ts';
import { haltOf } from './block.ts';
import type { GovernorState, Room, WaitingTask } from './state.ts';
import { effectiveLimit, freeSlots, takeStock } from './stock.ts';

/** What a starter needs to choose the next tasks without another call; no slot is free while nothing may start. */
export function roomOf(state: GovernorState, pool: string, now: number): Room {
  const stock = takeStock(state, now);
  const halted = haltOf(state, now) !== null;
  return {
    pool,
    free: halted ? 0 : freeSlots(state, stock, pool),
    slots: effectiveLimit(state, stock, pool),
    open: openTasks(state),
    waiting: waitingTasks(state, pool),
  };
}

function openTasks(state: GovernorState): readonly TaskId[] {
  const open: TaskId[] = [];
  for (const { taskId } of Object.values(state.leases)) if (taskId !== null) open.push(taskId);
  for (const { taskId } of state.waiting) if (taskId !== null) open.push(taskId);
  return open;
}

function waitingTasks(state: GovernorState, pool: string): readonly WaitingTask[] {
  const tasks: WaitingTask[] = [];
  for (const { taskId, order, pool: asked } of state.waiting) {
    if (tasks.length === ROOM_WAITING_MAX) break;
    if (taskId !== null && asked === pool) tasks.push({ taskId, order });
  }
  return tasks;
}
