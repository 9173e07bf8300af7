import { AppError } from '../core/errors.ts';
import type { AgentAdapter } from '../core/ports/agent.ts';
import { AGENT_NAME_PATTERN } from '../core/schema/config.ts';
import { adaptAgent, type OwnAdapters } from './adapt-agent.ts';
import type { CodeAgent } from './code-agent.ts';

/** The agents of code of one dispatcher, each under a name and a kind of its own. */
export interface CodeAgents {
  /** The name of this adapter; the same object keeps its name. */
  nameOf(agent: CodeAgent): string;
  /** The adapter behind a name, or null for a name of the configuration. */
  find(name: string): CodeAgent | null;
  /** As they stand in the settings. */
  entries(): Readonly<Record<string, { readonly kind: string }>>;
  adapters(own: OwnAdapters): readonly AgentAdapter[];
}

const kindOf = (name: string): string => `code:${name}`;

/** `taken` are names that the configuration gave to other agents. */
export function createCodeAgents(taken: ReadonlySet<string>): CodeAgents {
  const names = new Map<CodeAgent, string>();
  const isFree = (name: string) => !taken.has(name) && ![...names.values()].includes(name);
  return {
    nameOf(agent) {
      const known = names.get(agent);
      if (known !== undefined) return known;
      const wanted = wantedName(agent);
      let name = wanted;
      for (let count = 2; !isFree(name); count += 1) name = `${wanted}-${count}`;
      names.set(agent, name);
      return name;
    },
    find: (name) => [...names].find(([, own]) => own === name)?.[0] ?? null,
    entries: () => Object.fromEntries([...names.values()].map((name) => [name, { kind: kindOf(name) }])),
    adapters: (own) => [...names].map(([agent, name]) => adaptAgent(agent, name, kindOf(name), own)),
  };
}

/** Is this an adapter of code? Throws `invalid-input` for what is neither an adapter nor a name. */
export function isCodeAgent(where: string, value: unknown): value is CodeAgent {
  if (typeof value === 'string') return false;
  if (typeof value === 'object' && value !== null && 'run' in value && typeof value.run === 'function')
    return true;
  throw new AppError(
    'invalid-input',
    `${where} must be an adapter with a run(request, io) method, or an agent's name`,
    {
      hint: 'agent: { async run(request, io) { … } }, or agent: new SubprocessAgentAdapter()',
    },
  );
}

function wantedName(agent: CodeAgent): string {
  const className = (Object.getPrototypeOf(agent) as { constructor?: { name?: string } } | null)?.constructor
    ?.name;
  const candidates = [agent.name, agent.kind, className === 'Object' ? undefined : className, 'agent'];
  const usable = (name: unknown): name is string => typeof name === 'string' && AGENT_NAME_PATTERN.test(name);
  return candidates.find(usable) ?? 'agent';
}
