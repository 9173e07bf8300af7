import { z } from 'zod';
import { LIST_PAGE_MAX } from '../../core/limits.ts';
import type { Store } from '../../core/ports/store.ts';
import { entryName } from '../agents/agent-fields.ts';
import { defineOperation } from '../operation.ts';

/** Takes an agent out of agents.yaml; what it is working on goes on and is told of (R-AD-098). */
export const removeAgent = defineOperation({
  name: 'remove-agent',
  summary: 'Remove an agent; its folder stays as it is',
  http: { method: 'DELETE', path: '/agents-config/:name', access: 'manage' },
  mcp: { tool: 'remove_agent', annotations: { destructiveHint: true } },
  cli: { ofUser: true, words: ['agent', 'remove'], positionals: ['name'] },
  input: z.object({ name: entryName('Name of the agent') }),
  output: z.looseObject({ removed: z.string() }),
  async run({ agents, store }, { name }) {
    await agents.remove(name);
    const open = await openCalls(store, name);
    if (open === 0) return { removed: name };
    const calls = open === 1 ? '1 call of it is' : `${open} calls of it are`;
    return { removed: name, warning: `${calls} under way and will be finished.` };
  },
});

async function openCalls(store: Store, agent: string): Promise<number> {
  const lists = await Promise.all(
    (['pending', 'running'] as const).map((status) =>
      store.jobs.list({ status, agent, limit: LIST_PAGE_MAX }),
    ),
  );
  return lists.flat().length;
}
