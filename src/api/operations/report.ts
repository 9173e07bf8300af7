import { z } from 'zod';
import { invalidInput } from '../../core/errors.ts';
import { utcDay } from '../../core/policy/money/utc-day.ts';
import { defineOperation } from '../operation.ts';

/** `POST /reports`: writes the morning report of a UTC day and says where it is (R-PROD-071). */
export const report = defineOperation({
  name: 'report',
  summary: 'Write the morning report',
  http: { method: 'POST', path: '/reports', success: 201, access: 'operate' },
  cli: { words: ['report'], examples: ['dispatch report', 'dispatch report --date 2026-11-20'] },
  input: z.object({
    date: z.iso
      .date('must be a day such as 2026-11-20')
      .optional()
      .describe('UTC day it is about; default today'),
  }),
  output: z.strictObject({ date: z.string(), path: z.string(), json_path: z.string(), markdown: z.string() }),
  async run({ reports, caller }, input) {
    const today = utcDay(Date.now());
    const day = input.date ?? today;
    if (day > today)
      invalidInput('date', `${day} is not over yet: it has not begun`, `today is ${today} (UTC)`);
    const { date, path, jsonPath, markdown } = await reports.write(day, caller);
    return { date, path, json_path: jsonPath, markdown };
  },
});
