import { z } from 'zod';
import { permissionModeWarning } from '../../core/policy/dispatch/agent-names.ts';
import { agentPatchOf } from '../../core/policy/dispatch/agent-patch.ts';
import { agentFields, entryName } from '../agents/agent-fields.ts';
import { defineOperation } from '../operation.ts';

/** Changes fields of an agent of agents.yaml; calls under way keep what they started with (R-AD-096, R-AD-097). */
export const updateAgent = defineOperation({
  name: 'update-agent',
  summary: 'Change fields of an agent; none clears a text or list, a negative budget removes the cap',
  http: { method: 'PATCH', path: '/agents-config/:name', access: 'manage' },
  mcp: { tool: 'update_agent', annotations: { destructiveHint: false, idempotentHint: true } },
  cli: {
    ofUser: true,
    words: ['agent', 'update'],
    positionals: ['name'],
    examples: [
      'dispatch agent update infra --timeout 600',
      'dispatch agent update infra --allowed-tools none',
    ],
  },
  input: z.object({ name: entryName('Name of the agent'), ...agentFields }),
  output: z.looseObject({ updated: z.string(), fields: z.array(z.string()) }),
  async run({ agents, progress }, { name, ...input }) {
    const { patch, fields } = agentPatchOf(input);
    await agents.update(name, patch);
    const warning = permissionModeWarning(patch.permission_mode);
    if (warning !== null) progress?.(warning);
    return { updated: name, fields: [...fields], ...(warning === null ? {} : { warning }) };
  },
});
