/** Every bound of dispatches that their wire does not fix; the part of `limits.ts` that came with them. */

const MIB = 1024 * 1024;
const SECOND_MS = 1000;
const MINUTE_MS = 60 * SECOND_MS;

/** Texts of one call of an agent, each. */
export const DISPATCH_TEXT_LENGTH_MAX = 4 * MIB;
/** An open job this old that no workflow carries on is taken up again. */
export const JOB_ADOPT_AGE_MS = 5 * SECOND_MS;
/** The same for a part of several calls, which waits until all are kept. */
export const PART_ADOPT_AGE_MS = 60 * SECOND_MS;
/** Open jobs that are looked through at once; beyond it the oldest count, and the rest when these have ended. */
export const OPEN_JOBS_MAX = 100_000;
/** How often such jobs are looked for; the server is asked for one that was carried on ever more rarely up to the second. */
export const JOB_ADOPT_MS = 15 * SECOND_MS;
export const JOB_ADOPT_MS_MAX = 60 * SECOND_MS;
/** A run looks this often whether its job is over already. */
export const JOB_FOLLOW_MS = 2 * SECOND_MS;
/** Whoever waits for a job looks this often whether its workflow is still there. */
export const JOB_WATCH_MS = 30 * SECOND_MS;
/** How often a conversation looks whether a run that did not begin in it is over; ever more rarely up to the second. */
export const CHILD_LOOK_MS = 250;
export const CHILD_LOOK_MS_MAX = 10 * SECOND_MS;
/** The same for a job that another workflow runs, from one that looks for hours or days. */
export const SHARED_LOOK_MS_MIN = 250;
export const SHARED_LOOK_MS_MAX = 30 * MINUTE_MS;
/** A conversation that nobody goes on with for this long gives up its workflow; the next turn makes a new one. */
export const SESSION_IDLE_MS = 5 * MINUTE_MS;
/** Calls of one parallel that are open at once; the rest follow as these end. */
export const PARALLEL_CHILDREN_MAX = 50;
/** Runs at once, on one host, in slots that were lent to them; and what only this host can do. */
export const NESTED_RUNS_MAX = 1_000;
/** A nested run whose host does not take it in this time is run elsewhere. */
export const NESTED_START_MS_MAX = 30 * SECOND_MS;
/** A dispatch in line asks again by itself this often: nobody looks at a board for it. */
export const ADMISSION_REASK_MS = 60 * SECOND_MS;
/** An answer that cannot be kept, for instance on a full disk, is tried again this often and this long. */
export const KEEP_RESULT_RETRY_MS = 1 * SECOND_MS;
export const KEEP_RESULT_MS_MAX = 10 * MINUTE_MS;
/** Of what an agent without a protocol printed, its answer carries this much. */
export const REPLY_BYTES_MAX = 16 * MIB;
/** Progress lines of a dispatch are written this often at most. */
export const PROGRESS_WRITE_MS = 1 * SECOND_MS;
/** An answer over HTTP is waited for this long at most: proxies and clients give up at 30 s. */
export const HTTP_WAIT_SECONDS_MAX = 25;
/** How often whoever waits for a dialogue looks whether its next turn has begun. */
export const PLAN_LOOK_MS = 100;
/** Conversations in one list. */
export const SESSIONS_LISTED_MAX = 1_000;
/** So many processes above a call are looked at for the run it belongs to. */
export const ANCESTORS_MAX = 64;
