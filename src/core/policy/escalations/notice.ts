import type { TaskId } from '../../ids.ts';

/** Names the notice of a task that waits for a person. */
export const escalationKey = (taskId: TaskId): string => `escalation:${taskId}`;
