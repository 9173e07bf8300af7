const DISPATCHING = `Hands work to other agents. Each agent lives in a project folder of its own, with that project's files, instructions and tools, and answers with text.

When: the work belongs to another project, or needs files, tools or access that you do not have. Not for what you can do yourself here, and not for questions that inspect_agent answers.

Order: list_agents (who is there), inspect_agent (what one of them is for; no agent runs), then dispatch. list_groups and inspect_group show agents that belong together.
Always pass caller (who you are) and goal (what all this is for): the agent sees your task and nothing of your conversation. Put what it must know into context.

Ways to call:
- dispatch: one task, one answer. dispatch_parallel: many tasks at once, optionally summed up by one more agent. dispatch_session: goes on with a conversation. dispatch_dialogue: two agents talk until they have an answer. dispatch_stream: like dispatch, with news while it runs.
- dispatch_async gives a job_id at once; then dispatch_wait or dispatch_status, and dispatch_cancel to stop it. Use it for long work and to do something else meanwhile. dispatch_jobs lists jobs, dispatch_gc removes old ones.
- return_ref=true answers with a short summary and a ref; fetch_result gives the whole text when you need it.

When something goes wrong: a failure has error, error_type and often a hint that says what to do.
- timeout: the work so far is kept. Call dispatch_session with the session_id of the answer and task "Continue where you left off", or call again with a larger timeout_seconds.
- permission: denied_tools names what was refused. Ask the person before you change an agent with update_agent (allowed_tools, permission_mode).
- A call that broke off here is not lost: find it with dispatch_jobs.

Agents are managed with add_agent, update_agent and remove_agent; changes count from the next call on. cache_stats and cache_clear look after kept answers.`;

const TASKS = `You may be working on a task of a board: its id is in the environment variable TASK_ID. get_task shows it, add_comment writes to it, move_task puts it into another queue, create_task files a new one, list_tasks and why_task say where others stand. Report on the task with add_comment; do not move it unless your instructions say so.`;

/** What a client tells its model about this server (R-AD-006). */
export function instructionsFor(taskTools: boolean): string {
  return taskTools ? `${DISPATCHING}\n\n${TASKS}` : DISPATCHING;
}
