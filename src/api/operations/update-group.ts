import { z } from 'zod';
import { AppError } from '../../core/errors.ts';
import { entryName } from '../agents/agent-fields.ts';
import { groupFields, groupPatchOf } from '../agents/group-fields.ts';
import { defineOperation } from '../operation.ts';

/** Changes fields of a group; members given replace those it had (R-ADX-008). */
export const updateGroup = defineOperation({
  name: 'update-group',
  summary: 'Change a group; members given replace those it had, none clears a field',
  http: { method: 'PATCH', path: '/groups/:name', access: 'manage' },
  cli: { ofUser: true, words: ['group', 'update'], positionals: ['name'] },
  input: z.object({ name: entryName('Name of the group'), ...groupFields }),
  output: z.looseObject({ updated: z.string(), fields: z.array(z.string()) }),
  async run({ agents }, { name, ...input }) {
    const patch = groupPatchOf(input, await agents.read());
    const fields = Object.keys(patch);
    if (fields.length === 0) {
      throw new AppError('invalid-input', 'Nothing to update. Pass at least one non-empty field.');
    }
    await agents.putGroup(name, patch, 'update');
    return { updated: name, fields };
  },
});
