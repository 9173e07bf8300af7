import { z } from 'zod';
import { usdOf } from '../../core/policy/money/dollars.ts';
import { AGENT_NAME_PATTERN } from '../../core/schema/config.ts';
import { JOB_ID_PATTERN } from '../../core/schema/job.ts';
import { limit, taskId } from '../fields.ts';
import { defineOperation } from '../operation.ts';
import { isoTime } from '../wire/time.ts';

/** `GET /budget/runs`: what each run cost, as it is booked, newest first (R-SYS-018, R-PROD-055). */
export const budgetRuns = defineOperation({
  name: 'budget-runs',
  summary: 'Show what each run cost',
  http: { method: 'GET', path: '/budget/runs', access: 'read' },
  cli: {
    words: ['budget', 'runs'],
    examples: ['dispatch budget runs', 'dispatch budget runs --agent engineer'],
  },
  input: z.object({
    day: z.iso.date().optional().describe('Only runs that began on this UTC day, YYYY-MM-DD'),
    agent: z.string().regex(AGENT_NAME_PATTERN).optional().describe('Only runs of this agent or role'),
    task_id: taskId().optional(),
    job_id: z.string().regex(JOB_ID_PATTERN).optional().describe('Only runs of this call of an agent'),
    limit: limit(),
  }),
  output: z.array(
    z.strictObject({
      run_id: z.string(),
      agent: z.string(),
      surface: z.enum(['route', 'dispatch', 'role']),
      task_id: z.string().nullable(),
      job_id: z.string().nullable(),
      /** UTC day it counts for. */
      day: z.string(),
      at: z.string(),
      usd: z.number(),
      /** False: neither was told, its reservation is booked. */
      known: z.boolean(),
      /** As the agent told it. */
      reported_usd: z.number().nullable(),
      /** Its tokens at the prices in force. */
      computed_usd: z.number().nullable(),
    }),
  ),
  async run({ store }, { day, agent, task_id: taskId, job_id: jobId, limit }) {
    const rows = await store.records.listSpend({
      ...(day === undefined ? {} : { day }),
      ...(agent === undefined ? {} : { agent }),
      ...(taskId === undefined ? {} : { taskId }),
      ...(jobId === undefined ? {} : { jobId }),
      limit,
    });
    return rows.map(({ microUsd, reportedMicroUsd, computedMicroUsd, ...row }) => ({
      ...{ run_id: row.runId, agent: row.agent, surface: row.surface },
      ...{ task_id: row.taskId, job_id: row.jobId, day: row.day, at: isoTime(row.at) },
      ...{ usd: usdOf(microUsd), known: row.known },
      reported_usd: usdOrNull(reportedMicroUsd),
      computed_usd: usdOrNull(computedMicroUsd),
    }));
  },
});

const usdOrNull = (microUsd: number | null): number | null => (microUsd === null ? null : usdOf(microUsd));
