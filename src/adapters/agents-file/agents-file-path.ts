import { homedir } from 'node:os';
import { join } from 'node:path';
import { absoluteFolder } from './absolute-folder.ts';

/** Where agents.yaml is, and whether its folder is ours alone. */
export interface AgentsFilePlace {
  readonly path: string;
  /** The folder is the product's own: kept at 0700 (R-AD-019). */
  readonly ownsFolder: boolean;
}

type Environment = Readonly<Record<string, string | undefined>>;

/** `AGENT_DISPATCH_CONFIG`, else `~/.config/agent-dispatch/agents.yaml` whatever XDG says (R-AD-010). */
export function agentsFilePlace(env: Environment): AgentsFilePlace {
  const home = env.HOME || homedir();
  const named = env.AGENT_DISPATCH_CONFIG ?? '';
  if (named !== '') return { path: absoluteFolder(named, process.cwd(), home), ownsFolder: false };
  return { path: join(home, '.config', 'agent-dispatch', 'agents.yaml'), ownsFolder: true };
}
