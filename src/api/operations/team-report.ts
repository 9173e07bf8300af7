import { z } from 'zod';
import { defineOperation } from '../operation.ts';
import { teamState } from '../team/team-state.ts';
import { WireTeam } from '../wire/team.ts';
import { report } from './report.ts';

/** `POST /api/morning_report`: writes today's report and answers where it is, beside the whole state (R-PROD-100). */
export const teamReport = defineOperation({
  name: 'team-report',
  summary: 'Write the morning report from a page',
  http: { method: 'POST', path: '/api/morning_report', access: 'operate' },
  input: z.object({}),
  output: WireTeam.extend({ path: z.string() }),
  async run(context) {
    const written = await report.run(context, {});
    if ('status' in written) throw new Error('a report is not written later');
    return { path: written.path, ...(await teamState(context)) };
  },
});
