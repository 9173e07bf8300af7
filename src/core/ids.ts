/** Names of everything Temporal sees. One place, so that a client, a workflow and an operator agree. */

/** The id of a board task: any non-empty string the board uses. */
export type TaskId = string;
/** One agent run = one lease = one process; uuid4 made by the task workflow, known before anything starts. */
export type RunId = string;
/** Stable id of a machine (or container) that runs agents. */
export type HostId = string;
/** Tenant boundary: one board, one config, one governor. */
export type ProjectName = string;

/** Workflow id of the project's one authority. */
export const governorWorkflowId = (project: ProjectName): string => `governor/${project}`;
/** Workflow id of a board task; it is the lock that keeps one live run per task (R-ART-035). */
export const taskWorkflowId = (project: ProjectName, taskId: TaskId): string => `task/${project}/${taskId}`;
/** Workflow id of one board write; `keyHash` is sha256 in hex of its idempotency key. */
export const commandWorkflowId = (project: ProjectName, operation: string, keyHash: string): string =>
  `command/${project}/${operation}/${keyHash}`;

/** Workflow id of one agent call; the job id is its idempotency key (R-AD-100). */
export const dispatchWorkflowId = (project: ProjectName, jobId: string): string =>
  `dispatch/${project}/${jobId}`;
/** Workflow id of one conversation's turns. */
export const sessionWorkflowId = (project: ProjectName, sessionId: string): string =>
  `session/${project}/${sessionId}`;
/** Workflow id of a conversation between two agents. */
export const dialogueWorkflowId = (project: ProjectName, id: string): string => `dialogue/${project}/${id}`;
/** Workflow id of several agent calls at once. */
export const parallelWorkflowId = (project: ProjectName, id: string): string => `parallel/${project}/${id}`;

/** Id of the schedule that writes a project's reports, and beginning of its workflows' ids. */
export const reportScheduleId = (project: ProjectName): string => `report/${project}`;

/** Task Queue of the governor alone; no workflow that waits for admission shares it. */
export const governorQueue = (project: ProjectName): string => `governor.${project}`;
/** Task Queue of workflows and short I/O. */
export const dispatchQueue = (project: ProjectName): string => `dispatch.${project}`;
/** Task Queue of agent runs; slots are this host's limit. */
export const agentsQueue = (project: ProjectName): string => `agents.${project}`;
/** Task Queue of what only one host can do: take a new brake epoch, stop one run. */
export const hostQueue = (project: ProjectName, hostId: HostId): string => `host.${project}.${hostId}`;
