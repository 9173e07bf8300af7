import type { NewRunEvent } from '../../src/core/schema/run-event.ts';
import type { RunRecord } from '../../src/core/schema/run-record.ts';

/** A run that names only what matters to the test. */
export function aRun(fields: Partial<RunRecord> = {}): RunRecord {
  return {
    runId: 'run-1',
    taskId: '1',
    jobId: null,
    taskName: 'Fix the door',
    surface: 'route',
    queueName: 'Todo',
    inProgressQueue: null,
    agent: 'engineer',
    attempt: 1,
    retryCount: 0,
    hostId: 'host-1',
    pid: null,
    sessionId: null,
    argv: ['agent'],
    envKeys: ['PATH'],
    prompt: 'Work on it.',
    containment: null,
    timeoutSeconds: 1_800,
    startedAt: 1_767_225_600_000,
    spawnedAt: null,
    endedAt: null,
    lastEventAt: null,
    status: 'running',
    outcome: null,
    reason: null,
    exitCode: null,
    signal: null,
    costMicroUsd: null,
    outputPath: null,
    outputBytes: 0,
    tail: '',
    ...fields,
  };
}

/** An event that names only what matters to the test. */
export function anEvent(fields: Partial<NewRunEvent> = {}): NewRunEvent {
  return { task_id: '1', run_id: 'run-1', attempt: 1, type: 'text', data: { text: 'hello' }, ...fields };
}
