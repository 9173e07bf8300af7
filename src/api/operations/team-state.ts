import { z } from 'zod';
import { defineOperation } from '../operation.ts';
import { teamState } from '../team/team-state.ts';
import { WireTeam } from '../wire/team.ts';

/** `GET /api/state`: everything that ai-producer's page shows, in one answer (R-PROD-084). */
export const teamStateOperation = defineOperation({
  name: 'team-state',
  summary: 'Show a ledger project as a page does',
  http: { method: 'GET', path: '/api/state', access: 'read' },
  input: z.object({}),
  output: WireTeam,
  run: (context) => teamState(context),
});
