import { expect, test } from 'vitest';
import { appendProgress } from '../../../../src/core/policy/dispatch/append-progress.ts';
import { jobEntry, jobRecord } from '../../../../src/core/policy/dispatch/job-record.ts';
import { cutResult, refPayload } from '../../../../src/core/policy/dispatch/ref-payload.ts';
import { resolveSpec } from '../../../../src/core/policy/dispatch/resolve-spec.ts';
import type { Job, JobSummary } from '../../../../src/core/schema/job.ts';
import { aProfile, aRequest, SESSION, theSettings } from './samples.ts';

const ID = '0123456789abcdef0123456789abcdef';
const job: Job = {
  jobId: ID,
  mode: 'async',
  request: aRequest(),
  spec: resolveSpec(aProfile(), theSettings(), aRequest()),
  status: 'pending',
  createdAt: 1_700_000_000_250,
  startedAt: null,
  completedAt: null,
  sessionId: SESSION,
  resume: false,
  runId: null,
  hostId: null,
  parentRunId: null,
  chain: ['infra'],
  taskId: null,
  parentId: null,
  cacheKey: null,
  result: null,
  error: null,
  progress: [],
  progressUpdatedAt: null,
};

test('a pending job shows what was asked and nothing that is unset (R-AD-102, R-AD-116)', () => {
  expect(jobRecord(job)).toEqual({
    id: ID,
    agent: 'infra',
    task: 'Check the disks.',
    status: 'pending',
    created_at: 1_700_000_000.25,
    session_id: SESSION,
    mode: 'async',
  });
});

test('a failed job shows result, error and trace (R-AD-102, R-AD-103)', () => {
  const result = {
    agent: 'infra',
    success: false,
    result: '',
    error: 'boom',
    error_type: 'cli_error' as const,
  };
  const record = jobRecord({
    ...job,
    request: aRequest({ context: 'c', caller: 'web', goal: 'g', responseFormat: 'json', timeoutSeconds: 60 }),
    status: 'failed',
    startedAt: 1_700_000_001_000,
    completedAt: 1_700_000_002_000,
    result,
    progress: ['Using tool: Bash'],
    progressUpdatedAt: 1_700_000_001_500,
  });
  expect(record).toMatchObject({
    context: 'c',
    caller: 'web',
    goal: 'g',
    status: 'failed',
    started_at: 1_700_000_001,
    completed_at: 1_700_000_002,
    result,
    error: 'boom',
    progress: ['Using tool: Bash'],
    progress_updated_at: 1_700_000_001.5,
    response_format: 'json',
    timeout_seconds: 60,
  });
});

const summary: JobSummary = {
  jobId: ID,
  parentId: null,
  runId: null,
  hostId: null,
  mode: 'async',
  agent: 'infra',
  status: 'running',
  task: 'Check',
  createdAt: 1_000,
  startedAt: 2_000,
  completedAt: null,
  sessionId: SESSION,
  taskId: null,
  success: null,
  costUsd: null,
  error: null,
  errorType: null,
  outcome: null,
  lastProgress: 'Using tool: Bash',
};
const row = { id: ID, agent: 'infra', task: 'Check', created_at: 1, started_at: 2 };

test.each<[string, Partial<JobSummary>, object]>([
  ['running', {}, { ...row, status: 'running', last_progress: 'Using tool: Bash' }],
  [
    'done',
    { status: 'done', completedAt: 3_000, success: true, costUsd: 0.5, outcome: 'partial' },
    { ...row, status: 'done', completed_at: 3, success: true, cost_usd: 0.5, outcome: 'partial' },
  ],
  ['linked', { taskId: '7' }, { ...row, status: 'running', last_progress: 'Using tool: Bash', task_id: '7' }],
  [
    'failed without a type',
    { status: 'failed', error: 'boom' },
    { ...row, status: 'failed', error_type: 'cli_error' },
  ],
  [
    'failed',
    { status: 'failed', error: 'x', errorType: 'timeout', success: false },
    { ...row, status: 'failed', error_type: 'timeout', success: false },
  ],
])('a row of a %s job (R-AD-109, R-ADX-022, R-SYS-022)', (_, fields, expected) => {
  expect(jobEntry({ ...summary, ...fields })).toEqual(expected);
});

test('a reference carries everything but the text (R-AD-071, R-AD-072, R-ADX-022)', () => {
  const result = {
    agent: 'infra',
    success: true,
    result: 'a😀bc',
    session_id: SESSION,
    cost_usd: 1,
    parsed: true,
    parsed_result: { a: 1 },
    outcome: 'done' as const,
  };
  const { result: _text, ...rest } = result;
  expect(refPayload(ID, result, 2)).toEqual({ ref: ID, size: 4, summary_chars: 2, summary: 'a😀', ...rest });
  expect(refPayload(ID, result, 0)).toMatchObject({ summary_chars: 0, summary: '', size: 4 });
  expect(refPayload(ID, result, 1e9)).toMatchObject({ summary_chars: 4, summary: 'a😀bc' });
});

test.each([
  [0, 0, { result: 'a😀bc' }],
  [4, 0, { result: 'a😀bc' }],
  [2, 0, { result: 'a😀', truncated: true, full_size: 4 }],
  [2, 1, { result: '😀b', truncated: true, full_size: 4, offset: 1 }],
  [0, 3, { result: 'c', truncated: true, full_size: 4, offset: 3 }],
  [-5, Number.NaN, { result: 'a😀bc' }],
])('a result cut to %d characters from %d (R-AD-110)', (chars, offset, expected) => {
  const result = { agent: 'infra', success: true, result: 'a😀bc' };
  expect(cutResult(result, chars, offset)).toEqual({ ...result, ...expected });
});

test('progress is the last 20 lines of 300 characters (R-AD-055, R-AD-112)', () => {
  let lines: readonly string[] = [];
  for (let at = 0; at < 25; at += 1)
    lines = appendProgress(lines, { type: 'text', data: { text: ` line ${at} ` } });
  lines = appendProgress(lines, { type: 'tool_use', data: { tool: 'Bash', text: 'Using tool: Bash' } });
  lines = appendProgress(lines, { type: 'text', data: { text: 'x'.repeat(400) } });
  expect(lines).toHaveLength(20);
  expect(lines.slice(-3)).toEqual(['line 24', 'Using tool: Bash', 'x'.repeat(300)]);
  for (const event of [
    { type: 'text', data: { text: ' ' } },
    { type: 'system', data: { text: 'x' } },
  ])
    expect(appendProgress(lines, event)).toBe(lines);
});
