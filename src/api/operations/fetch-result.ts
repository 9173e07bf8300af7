import { z } from 'zod';
import { jobRecord } from '../../core/policy/dispatch/job-record.ts';
import { cutResult } from '../../core/policy/dispatch/ref-payload.ts';
import { jobNamed } from '../dispatch/job-named.ts';
import { withJobStorage } from '../dispatch/job-storage.ts';
import { defineOperation } from '../operation.ts';
import { WireJob, WireResult } from '../wire/job.ts';

/** The whole answer behind a reference or a job, or a page of it (R-AD-110). */
export const fetchResult = defineOperation({
  name: 'fetch-result',
  summary: 'Fetch the result of a job or of a ref, whole or page by page',
  http: { method: 'GET', path: '/results/:ref', access: 'read' },
  mcp: { tool: 'fetch_result', annotations: { readOnlyHint: true } },
  cli: {
    ofUser: true,
    words: ['result'],
    positionals: ['ref'],
    examples: ['dispatch result 4f0c… --max-chars 2000'],
  },
  forAgents: true,
  input: z.object({
    ref: z.string().describe('The ref of an answer, or the id of a job'),
    max_chars: z.number().default(0).describe('How many characters of the result at most; 0 = all'),
    offset: z.number().default(0).describe('How many characters of it to pass over'),
    grep: z.string().default('').describe('Only lines of it that contain this text; empty = all lines'),
  }),
  output: z.union([WireResult, WireJob]),
  run: async (context, { ref, max_chars, offset, grep }) =>
    withJobStorage('read', async () => {
      const job = await jobNamed(context, ref, 'Ref');
      if (job.result === null) return jobRecord(job);
      const { result } = job.result;
      const lines = grep === '' ? result : linesWith(result, grep);
      return cutResult({ ...job.result, result: lines }, max_chars, offset);
    }),
});

const linesWith = (text: string, part: string): string =>
  text
    .split('\n')
    .filter((line) => line.includes(part))
    .join('\n');
