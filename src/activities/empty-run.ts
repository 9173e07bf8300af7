import type { RunRecord } from '../core/schema/run-record.ts';

/** A run that has only begun. */
export function emptyRecord(runId: string, taskId: string | null, startedAt: number): RunRecord {
  return {
    runId,
    taskId,
    jobId: null,
    taskName: '',
    surface: 'route',
    queueName: null,
    inProgressQueue: null,
    agent: '',
    attempt: 1,
    retryCount: 0,
    hostId: '',
    pid: null,
    sessionId: null,
    argv: [],
    envKeys: [],
    prompt: '',
    containment: null,
    timeoutSeconds: null,
    startedAt,
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
  };
}
