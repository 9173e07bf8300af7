/** What a task of a ledger can be beside pending; each is a queue of its role. */
type RoleQueueStatus = 'in_progress' | 'done' | 'failed' | 'escalated' | 'killed';

/** The queue of a role's tasks of this status; pending ones stand in the queue of the role's own name. */
export const roleQueue = (role: string, status: RoleQueueStatus): string => `${role}:${status}`;

const PREFIX = 'role:';

/** The name under which routes and callers find the agent of a role (R-SYS-023). */
export const roleAgent = (role: string): string => `${PREFIX}${role}`;

/** The role behind such a name, or the name itself. */
export const roleOf = (agent: string): string =>
  agent.startsWith(PREFIX) ? agent.slice(PREFIX.length) : agent;

/** What a role may use when it names no tools (R-PROD-015). */
export const READ_ONLY_TOOLS = ['Read', 'Glob', 'Grep'] as const;
