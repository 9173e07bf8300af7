import { z } from 'zod';
import { NO_AGENTS } from '../../core/policy/dispatch/agent-lists.ts';
import { entriesOf } from '../agents/agent-views.ts';
import { defineOperation } from '../operation.ts';
import { WireAgentEntry } from '../wire/agent-profile.ts';

/** Agents that callers may hand work to; those that run now are `GET /agents` (R-AD-058, R-AD-060). */
export const listAgentProfiles = defineOperation({
  name: 'list-agent-profiles',
  summary: 'List the agents that work can be handed to',
  http: { method: 'GET', path: '/agents-config', access: 'read' },
  mcp: {
    tool: 'list_agents',
    annotations: { readOnlyHint: true },
    render: (answer) => (Array.isArray(answer) && answer.length === 0 ? { error: NO_AGENTS } : answer),
  },
  cli: { ofUser: true, words: ['agent', 'list'] },
  input: z.object({}),
  output: z.array(WireAgentEntry),
  async run(context) {
    const directory = await context.agents.read();
    context.progress?.(`Found ${directory.agents.size} configured agents`);
    return entriesOf(directory, context);
  },
});
