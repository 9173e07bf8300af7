import { z } from 'zod';
import { AppError } from '../../core/errors.ts';
import { unknownGroupText } from '../../core/policy/dispatch/group-context.ts';
import { entryName } from '../agents/agent-fields.ts';
import { groupInspectionOf } from '../agents/group-views.ts';
import { defineOperation } from '../operation.ts';
import { WireGroupInspection } from '../wire/agent-profile.ts';

/** One group in full (R-ADX-006). */
export const inspectGroup = defineOperation({
  name: 'inspect-group',
  summary: 'Show a group: what its members share and who they are',
  http: { method: 'GET', path: '/groups/:name', access: 'read' },
  mcp: { tool: 'inspect_group', annotations: { readOnlyHint: true } },
  cli: { ofUser: true, words: ['group', 'inspect'], positionals: ['name'] },
  input: z.object({ name: entryName('Name of the group') }),
  output: WireGroupInspection,
  async run({ agents, agentScan }, { name }) {
    const directory = await agents.read();
    const group = directory.groups.get(name);
    if (group === undefined) throw new AppError('not-found', unknownGroupText(name, directory.groups.keys()));
    return groupInspectionOf(group, directory, agentScan);
  },
});
