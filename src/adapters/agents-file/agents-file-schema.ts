import { z } from 'zod';
import { AGENTS_MAX, CONCURRENT_AGENTS_MAX } from '../../core/limits.ts';
import { budgetProblem, nameProblem, timeoutProblem } from '../../core/policy/agent-rules.ts';

type Rule = (value: number) => string | null;

/** A number of the file; text of digits counts as one, as it always did. */
function number(rule: Rule) {
  return z
    .unknown()
    .transform((given, context): number => {
      const value = typeof given === 'string' && given.trim() !== '' ? Number(given) : given;
      const problem = typeof value === 'number' ? rule(value) : 'must be a number';
      if (problem === null) return value as number;
      context.issues.push({ code: 'custom', message: problem, input: given });
      return z.NEVER;
    })
    .nullish();
}

/** Yes and no, also in the words of YAML 1.1. */
const flag = z
  .unknown()
  .transform((given, context): boolean => {
    const word = String(given).toLowerCase();
    if (['true', 'yes', 'on', '1'].includes(word)) return true;
    if (['false', 'no', 'off', '0'].includes(word)) return false;
    context.issues.push({ code: 'custom', message: 'must be true or false', input: given });
    return z.NEVER;
  })
  .nullish();

const whole =
  (min: number, max = Number.MAX_SAFE_INTEGER): Rule =>
  (value) =>
    Number.isInteger(value) && value >= min && value <= max
      ? null
      : `must be a whole number >= ${min}${max === Number.MAX_SAFE_INTEGER ? '' : ` and <= ${max}`} (got ${value})`;
const atLeastZero: Rule = (value) =>
  Number.isFinite(value) && value >= 0 ? null : `must be a finite number >= 0 (got ${value})`;
/** 0 inherits, as files of old write it (R-AD-023). */
const timeout =
  (field: string): Rule =>
  (value) =>
    value === 0 ? null : timeoutProblem(value, field);

const text = z.string().nullish();
const texts = z.array(z.string()).nullish();

/** One agent of agents.yaml (R-AD-013, R-ADX-004, R-ADX-024). */
export const AgentEntry = z.looseObject({
  directory: z.string({ error: 'is required' }).min(1, 'is required'),
  description: text,
  timeout: number(timeout('timeout')),
  max_budget_usd: number((value) => budgetProblem(value)),
  model: text,
  permission_mode: text,
  allowed_tools: texts,
  disallowed_tools: texts,
  capabilities: texts,
  risky_capabilities: texts,
  instructions: text,
});
export type AgentEntry = z.infer<typeof AgentEntry>;

const Member = z.union([
  z.string().transform((agent) => ({ agent, use_for: '' })),
  z.looseObject({ agent: z.string(), use_for: text }),
]);

const GroupEntry = z.looseObject({
  description: text,
  shared_context: text,
  members: z.array(Member).nullish(),
});
export type GroupEntry = z.infer<typeof GroupEntry>;

const SettingsEntry = z.looseObject({
  default_timeout: number(timeout('default_timeout')),
  default_max_budget_usd: number((value) => budgetProblem(value, 'default_max_budget_usd')),
  default_permission_mode: text,
  default_allowed_tools: texts,
  default_disallowed_tools: texts,
  max_dispatch_depth: number(whole(1)),
  max_concurrency: number(whole(1, CONCURRENT_AGENTS_MAX)),
  cache: z.looseObject({ enabled: flag, ttl: number(atLeastZero), max_size: number(whole(1)) }).nullish(),
  dispatch_protocol: flag,
  usage_log: flag,
  job_retention_days: number(atLeastZero),
});
export type SettingsEntry = z.infer<typeof SettingsEntry>;

/** Entries by name; one that is broken is reported under its own name. */
function named<T extends z.ZodType>(entry: T, what: 'agent' | 'group') {
  return z
    .record(z.string(), entry)
    .superRefine((entries, context) => {
      for (const name of Object.keys(entries)) {
        const problem = nameProblem(name, what);
        if (problem !== null) context.addIssue({ code: 'custom', message: problem });
      }
      if (Object.keys(entries).length > AGENTS_MAX)
        context.addIssue({ code: 'custom', message: `at most ${AGENTS_MAX} are allowed` });
    })
    .nullish();
}

/** agents.yaml as people write it; keys we do not know are kept (R-AD-012). */
export const AgentsFileShape = z
  .looseObject({
    agents: named(AgentEntry, 'agent'),
    settings: SettingsEntry.nullish(),
    groups: named(GroupEntry, 'group'),
  })
  .nullish();
export type AgentsFileShape = z.infer<typeof AgentsFileShape>;
