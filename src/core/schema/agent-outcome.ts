import { z } from 'zod';
import { AgentReport } from './agent-report.ts';

/** Kinds of reasons for which a run does not begin. */
const REFUSALS = ['not_found', 'permission', 'cli_error', 'usage_limit', 'budget'] as const;
export type Refusal = (typeof REFUSALS)[number];

/** What the end of every agent run says, however it ended. */
const RunFacts = {
  durationMs: z.int().min(0),
  outputBytes: z.int().min(0),
  /** The last of its output, control characters kept; bounded by OUTPUT_TAIL_BYTES_MAX. */
  tail: z.string(),
  sessionId: z.string().optional(),
  /** Integer micro-dollars of this run alone, as the agent itself reported them; absent = unknown. */
  costMicroUsd: z.int().min(0).optional(),
  /** Processes of the run survived every kill: the host needs a look. */
  leaked: z.boolean().optional(),
  /** What the agent itself said at the end, for kinds that have a protocol; never in history. */
  report: AgentReport.optional(),
};

/** How an agent run ended; expected endings are data (R-ART-048). */
export const AgentOutcome = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('succeeded'), ...RunFacts }),
  z.strictObject({
    kind: z.literal('failed'),
    /** As it stands in the retry comment: `exited with code 3`, `killed by signal SIGSEGV` (R-ART-064). */
    reason: z.string(),
    exitCode: z.int().optional(),
    signal: z.string().optional(),
    /** False when another try cannot help (missing binary, not executable): straight to exhaustion. */
    retryable: z.boolean(),
    /** Set when no process came to be: why, in the words callers know (R-AD-029, R-AD-032, R-AD-033, R-AD-054). */
    refusal: z.enum(REFUSALS).optional(),
    ...RunFacts,
  }),
  z.strictObject({ kind: z.literal('timed-out'), limitMs: z.int(), ...RunFacts }),
  z.strictObject({ kind: z.literal('stalled'), silentMs: z.int(), ...RunFacts }),
  z.strictObject({
    kind: z.literal('stopped'),
    /** `host`: it could not start the run for want of something that comes back, such as board or disk; `budget`: it spent more than it may. */
    by: z.enum(['brake', 'cancel', 'shutdown', 'fence', 'host', 'budget']),
    ...RunFacts,
  }),
]);
export type AgentOutcome = z.infer<typeof AgentOutcome>;
/** Why a run was told to stop; only `cancel` is a person's wish about this task. */
export type StopCause = Extract<AgentOutcome, { kind: 'stopped' }>['by'];
