import { z } from 'zod';
import { NO_GROUPS } from '../../core/policy/dispatch/group-lists.ts';
import { groupEntriesOf } from '../agents/group-views.ts';
import { defineOperation } from '../operation.ts';
import { WireGroup } from '../wire/agent-profile.ts';

/** Agents that belong together (R-ADX-006). */
export const listGroups = defineOperation({
  name: 'list-groups',
  summary: 'List the groups of agents',
  http: { method: 'GET', path: '/groups', access: 'read' },
  mcp: {
    tool: 'list_groups',
    annotations: { readOnlyHint: true },
    render: (answer) => (Array.isArray(answer) && answer.length === 0 ? { error: NO_GROUPS } : answer),
  },
  cli: { ofUser: true, words: ['group', 'list'] },
  input: z.object({}),
  output: z.array(WireGroup),
  run: async ({ agents, agentScan }) => groupEntriesOf(await agents.read(), agentScan),
});
