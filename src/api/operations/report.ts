import { z } from 'zod';
import { invalidInput } from '../../core/errors.ts';
import { utcDay } from '../../core/policy/money/utc-day.ts';
import { defineOperation } from '../operation.ts';

/** `POST /reports`: writes the morning report of a UTC day and says where it is (R-PROD-071). */
export const report = defineOperation({
  name: 'report',
  summary: 'Write the morning report',
  http: {
    ...{ method: 'POST', path: '/reports', success: 201, access: 'operate' },
    page: { input: { format: 'html' }, field: 'html' },
  },
  cli: {
    words: ['report'],
    examples: ['dispatch report', 'dispatch report --date 2026-11-20', 'dispatch report --format html'],
  },
  input: z.object({
    date: z.iso
      .date('must be a day such as 2026-11-20')
      .optional()
      .describe('UTC day it is about; default today'),
    format: z
      .enum(['markdown', 'json', 'html'])
      .optional()
      .describe('Whose path is answered; html is written when it is asked for; default markdown'),
  }),
  output: z.strictObject({
    date: z.string(),
    /** Of the format asked for. */
    path: z.string(),
    json_path: z.string(),
    html_path: z.string().nullable(),
    markdown: z.string(),
    /** The whole page, when it was asked for. */
    html: z.string().optional(),
  }),
  async run({ reports, caller }, { date = today(), format = 'markdown' }) {
    if (date > today())
      invalidInput('date', `${date} is not over yet: it has not begun`, `today is ${today()} (UTC)`);
    const page = format === 'html' ? { page: true } : {};
    const { path, jsonPath, htmlPath, markdown, html } = await reports.write(date, { ...caller, ...page });
    const paths = { markdown: path, json: jsonPath, html: htmlPath ?? path };
    return {
      ...{ date, path: paths[format], json_path: jsonPath, html_path: htmlPath, markdown },
      ...(format === 'html' ? { html } : {}),
    };
  },
});

const today = (): string => utcDay(Date.now());
