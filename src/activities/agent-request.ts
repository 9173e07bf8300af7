import { join } from 'node:path';
import { messageOf } from '../core/errors.ts';
import { PROMPT_BYTES_MAX } from '../core/limits.ts';
import { modelOptionsOf } from '../core/policy/model-options.ts';
import { renderPrompt } from '../core/policy/prompt.ts';
import type { AgentSpec, Route } from '../core/schema/route.ts';
import type { Task } from '../core/schema/task.ts';
import type { RunAgentInput } from '../core/schema/task-flow.ts';
import type { ActivityPorts } from './ports.ts';
import { remembers, tellAnswers } from './questions.ts';
import { rolePromptOf } from './role-prompt.ts';
import type { PreparedRequest } from './run-source.ts';
import { withNotes } from './task-notes.ts';

/** Reads the task afresh, renders its prompt here (never in history) and fills the agent's environment. */
export async function agentRequest(
  ports: ActivityPorts,
  input: RunAgentInput,
  taskToken: string,
): Promise<PreparedRequest> {
  const { claimed, taskId } = input;
  const task = await ports.board.getTask(taskId);
  const route = await ports.routes.find(claimed.sourceQueue);
  if (route === null) return { failed: `the route of "${claimed.sourceQueue}" was removed` };
  const agent = await ports.routes.agentOf(route);
  let prompt: string;
  try {
    prompt = await promptOf(ports, route, task);
  } catch (error) {
    return { failed: messageOf(error) };
  }
  const told = await tellAnswers(ports, {
    ...{ subject: taskId, runId: claimed.runId, prompt: await withNotes(ports, taskId, prompt) },
    goesOn: claimed.resumes === true && remembers(agent.kind),
  });
  if (Buffer.byteLength(told.prompt) > PROMPT_BYTES_MAX)
    return { failed: `longer than ${PROMPT_BYTES_MAX} bytes` };
  const { stateDir, baseDir, runSecondsMax } = ports.settings();
  const timeoutSeconds = claimed.timeoutSeconds ?? runSecondsMax;
  return {
    ...{ kind: agent.kind, agent: agent.name },
    runId: claimed.runId,
    taskToken,
    taskId,
    taskName: task.name,
    attempt: claimed.attempt,
    ...told,
    command: agent.command,
    args: route.args,
    promptVia: agent.promptVia,
    cwd: agent.cwd ?? baseDir,
    env: { ...agent.env, ...(await environment(ports, input, task)) },
    timeoutMs: timeoutSeconds * 1000,
    silenceMs: silenceMs(agent),
    sessionId: claimed.sessionId,
    // The prompt tells the whole task again, so an agent that lost its conversation can begin anew.
    resume: claimed.resumes === true ? 'if-known' : false,
    model: modelOptionsOf(agent),
    outputPath: join(stateDir, 'runs', `${claimed.runId}.log`),
    costPath: join(stateDir, 'runs', `${claimed.runId}.cost`),
    allowanceMicroUsd: input.allowanceMicroUsd ?? null,
  };
}

async function promptOf(ports: ActivityPorts, route: Route, task: Task): Promise<string> {
  // A prompt that somebody gave the route wins.
  if (route.promptTemplate === null && ports.settings().roles?.[route.queueName] !== undefined)
    return rolePromptOf(ports, route.queueName, task);
  const render = ports.routes.promptFunction(route.queueName);
  if (render === null) {
    const url = ports.board.taskUrl?.(task.id) ?? '';
    return renderPrompt(route.promptTemplate, { task_id: task.id, task_name: task.name, task_url: url });
  }
  const state = await ports.store.records.getTaskState(task.id);
  // What was tried before helps a prompt to say what to do otherwise (R-ART-017, R-ART-075).
  const history = { retryCount: state?.retryCount ?? 0, lastReason: state?.lastReason ?? null };
  const prompt: unknown = await render(task.id, task.name, { ...task, ...history });
  if (typeof prompt !== 'string') throw new Error('the prompt function did not return a string');
  return prompt;
}

const silenceMs = (agent: AgentSpec): number | null =>
  agent.silenceSeconds === null ? null : agent.silenceSeconds * 1000;

/** What an agent may count on finding in its environment (R-ART-044). */
async function environment(
  ports: ActivityPorts,
  { claimed, taskId }: RunAgentInput,
  task: Task,
): Promise<Record<string, string>> {
  const { project, stateDir } = ports.settings();
  const api = ports.apiUrl();
  const token = await ports.runToken(claimed.runId, taskId);
  return {
    DISPATCH_RUN_ID: claimed.runId,
    DISPATCH_TASK_ID: taskId,
    DISPATCH_PROJECT: project,
    DISPATCH_STATE_DIR: stateDir,
    AGENT_DISPATCH_DEPTH: '1',
    TASK_ID: taskId,
    // A variable cannot hold NUL; everything else is passed as it is.
    TASK_NAME: task.name.replaceAll('\0', ''),
    TASK_QUEUE: claimed.sourceQueue,
    DISPATCH_ATTEMPT: String(claimed.attempt),
    DISPATCH_RETRY_COUNT: String(claimed.retryCount),
    ...(api === null ? {} : { DISPATCH_API_URL: api, ARTIFICER_API_URL: api }),
    ...(token === null ? {} : { DISPATCH_API_TOKEN: token }),
  };
}
