import { messageOf } from '../../core/errors.ts';
import { type AgentsFile, type AgentsFileView, createAgentsFile } from '../agents-file/agents-file.ts';
import type { AgentsFileContent } from '../agents-file/agents-file-content.ts';
import { agentsFilePlace } from '../agents-file/agents-file-path.ts';
import type { Environment } from './environment.ts';

/** What agents.yaml gives to routes (R-SYS-023). */
export interface SharedAgents {
  /** Null = there is no version that could be taken. */
  readonly content: AgentsFileContent | null;
  /** Why the file as it stands was not taken, on one line; routes that name none of its agents are not stopped by it. */
  readonly problem: string | null;
}

/** Where agents.yaml is; null in an environment without a home. */
export function sharedAgentsPath(env: Environment): string | null {
  const { AGENT_DISPATCH_CONFIG: named, HOME: home, USERPROFILE: windowsHome } = env;
  return named || home || windowsHome ? agentsFilePlace(env).path : null;
}

/** A reader for this environment; it remembers the last good version. */
export function sharedAgentsFile(env: Environment): AgentsFile | null {
  const path = sharedAgentsPath(env);
  return path === null ? null : createAgentsFile({ path });
}

/** Reads the agents of agents.yaml; a file that is broken is told, never thrown. */
export async function readSharedAgents(file: AgentsFile | null): Promise<SharedAgents> {
  if (file === null) return { content: null, problem: null };
  try {
    const { content, warning }: AgentsFileView = await file.read();
    return { content, problem: warning === null ? null : oneLine(warning) };
  } catch (error) {
    return { content: null, problem: oneLine(messageOf(error)) };
  }
}

const oneLine = (text: string): string => text.replaceAll(/\s*\n\s*/g, ' ');
