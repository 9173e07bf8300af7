import type { Operation } from '../operation.ts';
import { addAgent } from './add-agent.ts';
import { addComment } from './add-comment.ts';
import { addGroup } from './add-group.ts';
import { answerQuestion, answerTask } from './answer-question.ts';
import { armKillSwitch } from './arm-kill-switch.ts';
import { askQuestion } from './ask-question.ts';
import { auditAnchor } from './audit-anchor.ts';
import { auditVerify } from './audit-verify.ts';
import { budgetRuns } from './budget-runs.ts';
import { budgetSet } from './budget-set.ts';
import { budgetShow } from './budget-show.ts';
import { cacheClear } from './cache-clear.ts';
import { cacheStats } from './cache-stats.ts';
import { cancelTask } from './cancel-task.ts';
import { createQueue } from './create-queue.ts';
import { createRoute } from './create-route.ts';
import { createTask } from './create-task.ts';
import { deleteQueue } from './delete-queue.ts';
import { deleteRoute } from './delete-route.ts';
import { disarmKillSwitch } from './disarm-kill-switch.ts';
import { dispatch } from './dispatch.ts';
import { dispatchAsync } from './dispatch-async.ts';
import { dispatchCancel } from './dispatch-cancel.ts';
import { dispatchDialogue } from './dispatch-dialogue.ts';
import { dispatchEvents } from './dispatch-events.ts';
import { dispatchGc } from './dispatch-gc.ts';
import { dispatchJobs } from './dispatch-jobs.ts';
import { dispatchParallel } from './dispatch-parallel.ts';
import { dispatchSession } from './dispatch-session.ts';
import { dispatchStatus } from './dispatch-status.ts';
import { dispatchStream } from './dispatch-stream.ts';
import { dispatchWait } from './dispatch-wait.ts';
import { fetchResult } from './fetch-result.ts';
import { fileTask } from './file-task.ts';
import { forgetHost } from './forget-host.ts';
import { getCommand } from './get-command.ts';
import { getDialogue } from './get-dialogue.ts';
import { getDispatch } from './get-dispatch.ts';
import { getKillSwitch } from './get-kill-switch.ts';
import { getParallel } from './get-parallel.ts';
import { getQueue } from './get-queue.ts';
import { getRoute } from './get-route.ts';
import { getRun } from './get-run.ts';
import { getRunOutput } from './get-run-output.ts';
import { getSession } from './get-session.ts';
import { getTask } from './get-task.ts';
import { healthz } from './healthz.ts';
import { inspectAgent } from './inspect-agent.ts';
import { inspectGroup } from './inspect-group.ts';
import { killTask } from './kill-task.ts';
import { listAgentProfiles } from './list-agent-profiles.ts';
import { listAgents } from './list-agents.ts';
import { listAudit } from './list-audit.ts';
import { listDeadLetters } from './list-dead-letters.ts';
import { listDecisions } from './list-decisions.ts';
import { listGroups } from './list-groups.ts';
import { listHosts } from './list-hosts.ts';
import { listNotices } from './list-notices.ts';
import { listQuestions } from './list-questions.ts';
import { listQueues } from './list-queues.ts';
import { listRoutes } from './list-routes.ts';
import { listRuns } from './list-runs.ts';
import { listSessions } from './list-sessions.ts';
import { listTasks } from './list-tasks.ts';
import { metrics } from './metrics.ts';
import { moveTask } from './move-task.ts';
import { pause } from './pause.ts';
import { projectEvents } from './project-events.ts';
import { readyz } from './readyz.ts';
import { recordAsset } from './record-asset.ts';
import { recordDecision } from './record-decision.ts';
import { redriveDeadLetter } from './redrive-dead-letter.ts';
import { removeAgent } from './remove-agent.ts';
import { removeGroup } from './remove-group.ts';
import { renameQueue } from './rename-queue.ts';
import { report } from './report.ts';
import { requeueTask } from './requeue-task.ts';
import { rerouteTask } from './reroute-task.ts';
import { retryTask } from './retry-task.ts';
import { showAgent } from './show-agent.ts';
import { showDeadLetter } from './show-dead-letter.ts';
import { startDialogue } from './start-dialogue.ts';
import { startDispatch } from './start-dispatch.ts';
import { startParallel } from './start-parallel.ts';
import { startTask } from './start-task.ts';
import { startTurn } from './start-turn.ts';
import { status } from './status.ts';
import { taskEvents } from './task-events.ts';
import { teamAddTask } from './team-add-task.ts';
import { teamKillSwitch } from './team-kill-switch.ts';
import { teamKillTask } from './team-kill-task.ts';
import { teamReport } from './team-report.ts';
import { teamRequeueTask } from './team-requeue-task.ts';
import { teamStateOperation } from './team-state.ts';
import { teamTask } from './team-task.ts';
import { unpause } from './unpause.ts';
import { updateAgent } from './update-agent.ts';
import { updateGroup } from './update-group.ts';
import { updateRoute } from './update-route.ts';
import { updateTask } from './update-task.ts';
import { usageStats } from './usage-stats.ts';
import { whyTask } from './why-task.ts';

/** Every verb of the product, the 19 of artificer first; HTTP, CLI and MCP are made from this list alone (R-ART-077). */
export const operations: readonly Operation[] = [
  status,
  listAgents,
  showAgent,
  getTask,
  taskEvents,
  addComment,
  moveTask,
  updateTask,
  createTask,
  listQueues,
  getQueue,
  createQueue,
  renameQueue,
  deleteQueue,
  listRoutes,
  getRoute,
  createRoute,
  updateRoute,
  deleteRoute,
  listTasks,
  fileTask,
  recordDecision,
  listDecisions,
  recordAsset,
  whyTask,
  retryTask,
  cancelTask,
  startTask,
  askQuestion,
  listQuestions,
  answerQuestion,
  answerTask,
  requeueTask,
  rerouteTask,
  killTask,
  listRuns,
  getRun,
  getRunOutput,
  listDeadLetters,
  showDeadLetter,
  redriveDeadLetter,
  getKillSwitch,
  armKillSwitch,
  disarmKillSwitch,
  pause,
  unpause,
  budgetShow,
  budgetSet,
  budgetRuns,
  listHosts,
  forgetHost,
  listAgentProfiles,
  inspectAgent,
  addAgent,
  updateAgent,
  removeAgent,
  listGroups,
  inspectGroup,
  addGroup,
  updateGroup,
  removeGroup,
  listNotices,
  report,
  teamStateOperation,
  teamAddTask,
  teamTask,
  teamKillTask,
  teamRequeueTask,
  teamKillSwitch,
  teamReport,
  listAudit,
  auditVerify,
  auditAnchor,
  getCommand,
  projectEvents,
  dispatch,
  dispatchSession,
  dispatchStream,
  dispatchParallel,
  dispatchDialogue,
  dispatchAsync,
  dispatchStatus,
  dispatchWait,
  startDispatch,
  getDispatch,
  dispatchEvents,
  startParallel,
  getParallel,
  startDialogue,
  getDialogue,
  listSessions,
  getSession,
  startTurn,
  dispatchCancel,
  dispatchJobs,
  dispatchGc,
  fetchResult,
  cacheStats,
  cacheClear,
  usageStats,
  healthz,
  readyz,
  metrics,
];
