/**
 * The library: `AgentDispatcher` runs agents on the tasks of a board from a program of your own. `docs/library.md`
 * shows how; everything exported here is kept stable, nothing else is.
 */
export { createJsonBoard, type JsonBoard, type JsonBoardConfig } from './adapters/boards/json-board.ts';
export type { LedgerTaskRecord } from './adapters/boards/ledger/task-record.ts';
export {
  createMemoryBoard,
  type InitialQueues,
  type InitialTask,
} from './adapters/boards/memory-board.ts';
export {
  AppError,
  type AppErrorOptions,
  ERROR_CODES,
  type ErrorCode,
  type ErrorPolicy,
  errorPolicy,
  isErrorCode,
  messageOf,
} from './core/errors.ts';
export type { RunId, TaskId } from './core/ids.ts';
export { AUDIT_GENESIS_PREV_HASH } from './core/policy/audit/chain-upstream.ts';
export {
  type AgentAdapter,
  type AgentRequest,
  type AgentRunIo,
  isStopReason,
  type SpawnedProcess,
  type StopReason,
} from './core/ports/agent.ts';
export type {
  Board,
  ClaimRequest,
  TaskExtras,
  TaskPatch,
  TaskShadow,
  WriteMark,
} from './core/ports/board.ts';
export type { Log } from './core/ports/log.ts';
export { AgentOutcome, type StopCause } from './core/schema/agent-outcome.ts';
export { DispatchConfig } from './core/schema/config.ts';
export { RouteConfig } from './core/schema/route.ts';
export { RunEvent, RunEventType } from './core/schema/run-event.ts';
export {
  ChecklistItem,
  QueueDetail,
  QueueSummary,
  ReadyTask,
  Task,
  TaskComment,
} from './core/schema/task.ts';
export { AgentDispatcher } from './library/agent-dispatcher.ts';
export type { BackendFactory, QueueBackend } from './library/backend.ts';
export {
  JsonFileAdapter,
  type JsonFileBackend,
  type JsonFileOptions,
  MemoryAdapter,
} from './library/board-adapters.ts';
export { ClaudeAgentAdapter, type ClaudeAgentOptions } from './library/claude-agent.ts';
export {
  type AgentRoute,
  type CodeAgent,
  type CodeAgentAnswer,
  type CodeAgentRequest,
  formatCommand,
} from './library/code-agent.ts';
export { createForeignBoard } from './library/foreign-board.ts';
export type { ForeignBoard } from './library/foreign-methods.ts';
export { AuditLogger, type AuditRow } from './library/ledger/audit-logger.ts';
export {
  BudgetExceeded,
  BudgetTracker,
  type BudgetTrackerOptions,
} from './library/ledger/budget-tracker.ts';
export { KillSwitchWatcher } from './library/ledger/kill-switch-watcher.ts';
export { LedgerClient } from './library/ledger/ledger-client.ts';
export { LedgerError, TaskClaimRace } from './library/ledger/ledger-error.ts';
export {
  newId,
  newId as new_id,
  utcIsoNow,
  utcIsoNow as utc_iso_now,
  utcToday,
  utcToday as utc_today,
} from './library/ledger/ledger-names.ts';
export type {
  DispatcherOptions,
  NamedAgent,
  PromptHandler,
  RouteOptions,
  TemporalOptions,
} from './library/options.ts';
export {
  type AgentInvoker,
  ClaudeAgentInvoker,
  type ClaudeInvokerOptions,
  type InvokeOptions,
} from './library/producer/claude-agent-invoker.ts';
export {
  AuthConfig,
  BudgetConfig,
  NotificationsConfig,
  RoleConfig,
} from './library/producer/config-parts.ts';
export {
  type InvocationFields,
  InvocationResult,
  type ToolCall,
} from './library/producer/invocation-result.ts';
export { loadConfig, loadConfig as load_config } from './library/producer/load-config.ts';
export { Producer } from './library/producer/producer.ts';
export { ProducerConfig, type ProducerConfigFields } from './library/producer/producer-config.ts';
export type { ProducerOptions } from './library/producer/producer-options.ts';
export type { RunningDispatcher } from './library/start-dispatcher.ts';
export { SubprocessAgentAdapter, type SubprocessOptions } from './library/subprocess-agent.ts';
export { version, version as __version__ } from './version.ts';
