import { z } from 'zod';
import { entryName } from '../agents/agent-fields.ts';
import { inspectionOf } from '../agents/agent-views.ts';
import { agentNamed } from '../dispatch/resolve-agent.ts';
import { defineOperation } from '../operation.ts';
import { WireAgentInspection } from '../wire/agent-profile.ts';

/** One agent in full, from its folder alone (R-AD-064, R-AD-065, R-AD-066). */
export const inspectAgent = defineOperation({
  name: 'inspect-agent',
  summary: 'Show what an agent is for, without running it',
  http: { method: 'GET', path: '/agents-config/:name', access: 'read' },
  mcp: { tool: 'inspect_agent', annotations: { readOnlyHint: true } },
  cli: { ofUser: true, words: ['agent', 'describe'], positionals: ['name'] },
  input: z.object({
    name: entryName('Name of the agent'),
    preview_lines: z
      .number()
      .default(40)
      .describe('Lines shown of CLAUDE.md and README.md, 0 to 200; 0 = none'),
  }),
  output: WireAgentInspection,
  async run({ agents, agentScan, usage }, { name, preview_lines }) {
    const directory = await agents.read();
    const parts = { agentScan, usage, previewLines: preview_lines };
    return inspectionOf(agentNamed(directory, name), directory, parts);
  },
});
