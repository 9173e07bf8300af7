import { z } from 'zod';
import { AppError, invalidInput } from '../../core/errors.ts';
import { checkAgentName, permissionModeWarning } from '../../core/policy/dispatch/agent-names.ts';
import { newAgentFields } from '../../core/policy/dispatch/agent-patch.ts';
import type { AgentScan } from '../../core/ports/agent-scan.ts';
import { agentFields, agentText, entryName } from '../agents/agent-fields.ts';
import { defineOperation } from '../operation.ts';

/** Writes a new agent into agents.yaml; without a description its folder is asked for one (R-AD-093…095, R-AD-129). */
export const addAgent = defineOperation({
  name: 'add-agent',
  summary: 'Add an agent that works in a folder',
  http: { method: 'POST', path: '/agents-config', success: 201, access: 'manage' },
  mcp: { tool: 'add_agent', annotations: { destructiveHint: false } },
  cli: {
    ofUser: true,
    words: ['agent', 'add'],
    positionals: ['name', 'directory'],
    examples: ['dispatch agent add infra ~/infra', 'dispatch agent add db ../db --permission-mode plan'],
  },
  input: z.object({
    name: entryName('Name of the agent: letters, digits, hyphens and underscores'),
    directory: z.string().max(4_096).describe('Folder it works in; ~ is the home folder'),
    ...agentFields,
    description: agentText('What it is for; empty = made from its folder, none = leave empty'),
  }),
  output: z.looseObject({ added: z.string(), directory: z.string(), description: z.string() }),
  async run({ agents, agentScan, progress }, { name, directory: named, ...input }) {
    checkAgentName(name);
    const fields = newAgentFields(input);
    const directory = await existingFolder(agentScan, named);
    const description = fields.description ?? (await agentScan.describe(directory));
    await agents.add(name, { ...fields, directory, description });
    const warning = permissionModeWarning(fields.permission_mode);
    if (warning !== null) progress?.(warning);
    return {
      ...{ added: name, directory, description },
      ...(fields.permission_mode ? { permission_mode: fields.permission_mode } : {}),
      ...(fields.allowed_tools ? { allowed_tools: [...fields.allowed_tools] } : {}),
      ...(fields.disallowed_tools ? { disallowed_tools: [...fields.disallowed_tools] } : {}),
      ...(warning === null ? {} : { warning }),
    };
  },
});

async function existingFolder(scan: AgentScan, named: string): Promise<string> {
  if (named.trim() === '') invalidInput('directory', 'is required');
  if (named.includes('\0')) invalidInput('directory', 'has a NUL character');
  const directory = scan.resolve(named);
  const { healthy } = await scan.look(directory);
  if (healthy === true) return directory;
  const problem = healthy === false ? 'does not exist' : 'cannot be read';
  throw new AppError('invalid-input', `Directory ${problem}: ${directory}`, {
    details: { field: 'directory' },
  });
}
