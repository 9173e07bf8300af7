import { z } from 'zod';
import { entryName } from '../agents/agent-fields.ts';
import { defineOperation } from '../operation.ts';

/** Takes a group out of agents.yaml; its members stay (R-ADX-008). */
export const removeGroup = defineOperation({
  name: 'remove-group',
  summary: 'Remove a group; its members stay',
  http: { method: 'DELETE', path: '/groups/:name', access: 'manage' },
  cli: { ofUser: true, words: ['group', 'remove'], positionals: ['name'] },
  input: z.object({ name: entryName('Name of the group') }),
  output: z.looseObject({ removed: z.string() }),
  async run({ agents }, { name }) {
    await agents.removeGroup(name);
    return { removed: name };
  },
});
