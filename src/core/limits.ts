/**
 * Every bound of the product, named with its unit. Nothing may be unbounded: a size, count or time that can
 * grow with input has its limit here (R-SYS-009, R-SYS-032); those of dispatches are in `dispatch-limits.ts`.
 */

const KIB = 1024;
const MIB = 1024 * KIB;
const SECOND_MS = 1000;
const MINUTE_MS = 60 * SECOND_MS;
const DAY_MS = 24 * 60 * MINUTE_MS;

// Texts and ids
export const TASK_ID_LENGTH_MAX = 200;
export const PROJECT_NAME_LENGTH_MAX = 64;
export const QUEUE_NAME_LENGTH_MAX = 500;
export const TASK_NAME_LENGTH_MAX = 4 * KIB;
export const DESCRIPTION_LENGTH_MAX = 512 * KIB;
export const COMMENT_LENGTH_MAX = 256 * KIB;
export const LABELS_MAX = 200;
export const LABEL_LENGTH_MAX = 500;
export const REASON_LENGTH_MAX = 2 * KIB;
/** Texts above this are kept in the store and referenced, never put in workflow history (R-SYS-009). */
export const HISTORY_TEXT_BYTES_MAX = 64 * KIB;
export const IDEMPOTENCY_KEY_LENGTH_MAX = 255;
export const IDEMPOTENCY_KEPT_MS = 7 * DAY_MS;

// Board
export const BOARD_FILE_BYTES_MAX = 64 * MIB;
/** Documented limit of one JSON board file: a rewrite of 10,000 tasks costs 55 ms. */
export const BOARD_TASKS_DOCUMENTED_MAX = 5_000;
export const BOARD_LOCK_WAIT_MS_MAX = 10 * SECOND_MS;
export const BOARD_WATCH_FALLBACK_MS = 1 * SECOND_MS;
/** Writes that may share one rewrite of a board file. */
export const BOARD_WRITE_BATCH_MAX = 256;

// Configuration
export const CONFIG_FILE_BYTES_MAX = 1 * MIB;
export const ROUTES_MAX = 1_000;
export const AGENTS_MAX = 1_000;
export const POLL_INTERVAL_SECONDS_MAX = 7 * 24 * 3600;
export const AGENT_TIMEOUT_SECONDS_MAX = 7 * 24 * 3600;
export const AGENT_BUDGET_USD_MAX = 1_000_000;
export const RETRIES_MAX = 1_000;
export const CONCURRENT_AGENTS_MAX = 1_000;
export const CONFIG_PROBLEMS_MAX = 20;
export const CONFIG_WATCH_DEBOUNCE_MS = 50;
/** Where file events do not come (network disks) a change is seen after this long. */
export const CONFIG_WATCH_FALLBACK_MS = 5 * SECOND_MS;
export const ROUTES_VERSION_CHECK_MS = 100;
export const ROUTES_CHANGE_CHECK_MS = 500;
/** A route changed over an API waits this long for the file it was made against before the file wins for good. */
export const ROUTE_OVERLAY_STALE_MS = 5_000;

// Governor
export const WAITING_LINE_MAX = 500;
/** Names and ids of all entries together; keeps the carried state within GOVERNOR_STATE_BYTES_MAX. */
export const WAITING_LINE_CHARS_MAX = 96 * KIB;
/** Waiting tasks told with every admission and release. */
export const ROOM_WAITING_MAX = 64;
export const RELEASED_LEASES_KEPT_MAX = 1_000;
export const PAUSES_MAX = 500;
export const PAUSES_CHARS_MAX = 32 * KIB;
export const HOSTS_MAX = 200;
export const HOST_HEARTBEAT_MS = 10 * SECOND_MS;
export const HOST_SILENT_MS_MAX = 30 * SECOND_MS;
/** A new governor waits this long for known hosts to report their runs before it grants anything. */
export const GOVERNOR_WARM_UP_MS_MAX = 10 * SECOND_MS;
export const GOVERNOR_UPDATES_MAX = 1_500;
export const GOVERNOR_STATE_BYTES_MAX = 256 * KIB;
export const GOVERNOR_PERSIST_DEBOUNCE_MS = 100;
/** An armed brake is saved before hosts are told of it; a store that cannot take it this quickly holds up no host. */
export const BRAKE_SAVE_MS_MAX = 500;
/** Reasons of waiting tasks may lag this much: under a full line every grant changes them. */
export const GOVERNOR_LINE_PERSIST_DEBOUNCE_MS = 1 * SECOND_MS;
export const LEASE_CHECK_MS = 30 * SECOND_MS;
export const BRAKE_CONFIRM_MS_MAX = 2 * SECOND_MS;
/** A changed brake file is passed on to the governor after this, and tried again while the server is down. */
export const BRAKE_TELL_DELAY_MS = 250;
export const BRAKE_TELL_RETRY_MS = 1 * SECOND_MS;
/** How long a run waits for its host to learn the epoch of its lease before it ends as stopped. */
export const EPOCH_WAIT_MS_MAX = 2 * SECOND_MS;
export const ADMISSION_RETRY_MS = 2 * SECOND_MS;
/** A refused admission asks again ever more rarely, up to this. */
export const ADMISSION_RETRY_MS_MAX = 60 * SECOND_MS;

// Tasks
export const WINDOW_EXTRA_MIN = 4;
export const HANDOVERS_MAX = 20;
export const LOST_RUNS_MAX = 3;
export const RETRY_BACKOFF_SECONDS_MAX = 24 * 3600;
/** Texts shown in the Temporal Web UI; the server refuses longer ones. */
export const SUMMARY_BYTES_MAX = 400;
export const DETAILS_BYTES_MAX = 20_000;

// Agent runs
export const KILL_GRACE_MS = 5 * SECOND_MS;
export const DRAIN_MS = 500;
export const SWEEP_MS_MAX = 2 * SECOND_MS;
export const PROMPT_BYTES_MAX = 16 * MIB;
/** A single argument of 128 KiB and more is refused by the kernel (E2BIG); such prompts go by stdin. */
export const PROMPT_ARGV_BYTES_MAX = 128 * KIB - 1;
export const OUTPUT_LINE_BYTES_MAX = 1 * MIB;
export const OUTPUT_FILE_BYTES_MAX = 64 * MIB;
export const OUTPUT_TAIL_BYTES_MAX = 16 * KIB;
/** Output waiting for the disk above this holds the agent's pipes. */
export const OUTPUT_BUFFER_BYTES_MAX = 1 * MIB;
export const EVENT_LINE_BYTES_MAX = 16 * KIB;
/** Events kept for one run; the last one says that the rest was dropped. */
export const EVENTS_PER_RUN_MAX = 10_000;
export const EVENT_BATCH_MAX = 200;
export const RUN_HEARTBEAT_MS = 1 * SECOND_MS;
/** Ceiling for a run "without timeout" (R-ART-005). */
export const RUN_MS_MAX = 7 * DAY_MS;
export const HEARTBEAT_THROTTLE_MS = 2 * SECOND_MS;
/** Where every heartbeat is paid for they may be this rare. */
export const HEARTBEAT_SECONDS_MAX = 60;
export const HEARTBEAT_TIMEOUT_SINGLE_HOST_MS = 120 * SECOND_MS;
export const HEARTBEAT_TIMEOUT_MANY_HOSTS_MS = 30 * SECOND_MS;
/** How often a run looks whether its task was taken away, and how long it then may still take to end. */
export const EXTERNAL_MOVE_CHECK_MS = 1 * SECOND_MS;
export const EXTERNAL_MOVE_GRACE_MS = 3 * SECOND_MS;
/** A run that its host could not start, for want of board or disk, keeps its slot this long before the next try. */
export const HOST_TROUBLE_PAUSE_MS = 3 * SECOND_MS;
export const LEASE_GUARD_PROBE_MS = 2 * SECOND_MS;
export const CONTAINMENT_PROBE_MS_MAX = 3 * SECOND_MS;
/** Longest time in one go that reading output may keep the event loop. */
export const OUTPUT_SLICE_MS_MAX = 5;
export const HOST_LEDGER_BYTES_MAX = 16 * MIB;

/** A signal that follows the first one sooner than this is its echo, not a second one. */
export const SECOND_SIGNAL_MS_MIN = 1 * SECOND_MS;

// HTTP
export const HTTP_BODY_BYTES_MAX = 1 * MIB;
export const HTTP_HEADERS_MS_MAX = 10 * SECOND_MS;
export const HTTP_REQUEST_MS_MAX = 30 * SECOND_MS;
/** More than event streams there may be: however many of them are open, `kill` and all else still get in. */
export const HTTP_CONNECTIONS_MAX = 11_000;
export const JSON_DEPTH_MAX = 32;
/** Requests with the token of one agent run: so many at once, then so many a second. */
export const RUN_REQUESTS_BURST_MAX = 100;
export const RUN_REQUESTS_PER_SECOND_MAX = 20;
export const RUN_TOKENS_COUNTED_MAX = 1_000;
export const COMMAND_WAIT_MS_MAX = 10 * SECOND_MS;
export const SSE_BUFFER_BYTES_MAX = 256 * KIB;
export const SSE_CLIENTS_MAX = 10_000;
export const SSE_HEARTBEAT_MS = 15 * SECOND_MS;
export const LIST_PAGE_MAX = 1_000;
/** A body that is still not complete after this is given up; stalled uploads hold no connection. */
export const HTTP_BODY_MS_MAX = 13 * SECOND_MS;
export const HTTP_CONNECTIONS_CHECK_MS = 2 * SECOND_MS;
export const HTTP_HEADER_BYTES_MAX = 16 * KIB;
export const HTTP_KEEP_ALIVE_MS = 72 * SECOND_MS;
/** Longest path segment as it stands in the URL: a queue name of 4-byte characters, percent-encoded. */
export const HTTP_SEGMENT_LENGTH_MAX = 8 * KIB;
/** How long requests in flight may take to end when the server closes. */
export const HTTP_CLOSE_MS_MAX = 10 * SECOND_MS;
/** A dropped stream client may read what is left for this long. */
export const SSE_DROP_MS_MAX = 5 * SECOND_MS;
/** A client whose full buffer does not empty in this time is dropped. */
export const SSE_STALL_MS_MAX = 10 * SECOND_MS;
/** Events of a replay read at once; small, because each client holds its own page. */
export const SSE_REPLAY_PAGE_MAX = 50;
/** Events one answer shows of a run; the stream has all of them. */
export const EVENTS_SHOWN_MAX = 1_000;
/** Bytes of a run's output that one answer carries. */
export const OUTPUT_PAGE_BYTES_MAX = 256 * KIB;
/** The last answer of Temporal counts as its health this long. */
export const PING_FRESH_MS = 5 * SECOND_MS;
export const PING_WAIT_MS_MAX = 500;

// Store
export const RUNS_KEPT_MS = 30 * DAY_MS;
export const EVENTS_KEPT_MS = 7 * DAY_MS;
/** How often old runs, events and output files are looked for. */
export const PRUNE_MS = 60 * MINUTE_MS;
export const POLLER_LOCK_MS = 10 * SECOND_MS;
/** After this another worker polls in place of one that died, however rarely polls are due. */
export const POLLER_LOCK_MS_MAX = 5 * MINUTE_MS;
/** Lists of runs carry at most this much of each prompt; one run alone carries all of it. */
export const LISTED_PROMPT_LENGTH_MAX = 4 * KIB;
export const AUDIT_DETAIL_BYTES_MAX = 64 * KIB;
/** Of the actor and of what the line is about. */
export const AUDIT_NAME_LENGTH_MAX = 500;
/** Lines of the audit trail that share one commit. */
export const AUDIT_BATCH_MAX = 500;
/** Anomalies that `status` names; all are in the audit trail. */
export const ANOMALIES_SHOWN_MAX = 10;
/** How long `status` names them. */
export const ANOMALY_SHOWN_MS = DAY_MS;
/** A file of anchors that is read. */
export const ANCHOR_FILE_BYTES_MAX = 64 * MIB;
/** How long the target of an anchor may take. */
export const ANCHOR_MS_MAX = 15 * SECOND_MS;
/** How often the trail is checked and anchored by itself, and how often a process asks whether that is due. */
export const ANCHOR_EVERY_MS = DAY_MS;
export const ANCHOR_LOOK_MS = 60 * MINUTE_MS;
/** Rows of the trail that a running process checks in one go. */
export const AUDIT_PAGE_MAX = 500;
/** Event numbers promised ahead in the records, so that a lost projection never gives one out twice. */
export const EVENT_SEQS_RESERVED = 10_000;
/** How often a process looks for events that another one wrote, while somebody listens. */
export const EVENT_TAIL_POLL_MS = 25;
export const EVENT_TAIL_PAGE_MAX = 500;

// Jobs
/** What a list shows of a job's task and of its error. */
export const JOB_TASK_SHOWN_LENGTH_MAX = 120;
export const JOB_ERROR_SHOWN_LENGTH_MAX = 500;
/** Jobs deleted in one transaction; their texts may be megabytes each. */
export const JOB_PURGE_BATCH_MAX = 100;
/** Job files of an earlier tool that are taken over: how large, and how many in one write. */
export const JOB_FILE_BYTES_MAX = 64 * MIB;
export const JOB_IMPORT_BATCH_MAX = 50;
/** Size at which the usage journal is renamed, and how much of each of its two files is read. */
export const USAGE_JOURNAL_BYTES_MAX = 2_000_000;
export const USAGE_REPORT_BYTES_MAX = 512 * KIB;
export const USAGE_DISCOVERY_BYTES_MAX = 128 * KIB;
/** A server's entry that looks dead but is younger may still be in the making. */
export const SERVER_ENTRY_FRESH_MS = 5 * SECOND_MS;
/** How often a process looks whether another one ended a job, while somebody waits for it. */
export const JOB_WAIT_POLL_MS = 5;
/** A conversation that nobody went on with is forgotten; the agents' own files of it do not live longer. */
export const SESSIONS_KEPT_MS = 90 * DAY_MS;

// MCP
/** One message of a client on stdio; larger ones end the connection. */
export const MCP_MESSAGE_BYTES_MAX = 16 * MIB;
/** Of one answer; clients break off at 10 MiB for a whole message. */
export const MCP_ANSWER_BYTES_MAX = 10 * MIB - 64 * KIB;
/** News of a call that wait to be sent; the oldest are dropped and counted (R-ADX-046). */
export const MCP_PROGRESS_PENDING_MAX = 100;
export const MCP_PROGRESS_LENGTH_MAX = 300;
export const MCP_PROGRESS_INTERVAL_MS = 100;
/** How long an answer waits for the news before it. */
export const MCP_PROGRESS_FLUSH_MS_MAX = 1 * SECOND_MS;
/** A client that asked for progress hears at least this often of a call that takes long. */
export const MCP_STILL_WORKING_MS = 15 * SECOND_MS;
/** How long an `up` that was started in the background may take; the first one on a machine may have to build Temporal. */
export const UP_READY_MS_MAX = 5 * MINUTE_MS;
