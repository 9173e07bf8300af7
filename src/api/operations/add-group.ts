import { z } from 'zod';
import { checkAgentName } from '../../core/policy/dispatch/agent-names.ts';
import { entryName } from '../agents/agent-fields.ts';
import { groupFields, groupPatchOf } from '../agents/group-fields.ts';
import { defineOperation } from '../operation.ts';

/** Writes a new group into agents.yaml (R-ADX-008). */
export const addGroup = defineOperation({
  name: 'add-group',
  summary: 'Put agents together in a group that shares what they should know',
  http: { method: 'POST', path: '/groups', success: 201, access: 'manage' },
  cli: {
    ofUser: true,
    words: ['group', 'add'],
    positionals: ['name'],
    examples: [
      'dispatch group add shop --member "infra: servers" --member db --shared-context "We sell shoes."',
    ],
  },
  input: z.object({ name: entryName('Name of the group'), ...groupFields }),
  output: z.looseObject({ added: z.string(), member_count: z.int() }),
  async run({ agents }, { name, ...input }) {
    checkAgentName(name, 'group');
    const patch = groupPatchOf(input, await agents.read());
    await agents.putGroup(name, patch, 'add');
    return { added: name, member_count: patch.members?.length ?? 0 };
  },
});
