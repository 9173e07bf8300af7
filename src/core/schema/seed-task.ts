import { z } from 'zod';
import { SEED_TASKS_MAX } from '../ledger-limits.ts';

const Text = z.string().min(1);

/**
 * A task of a seed file (R-PROD-009). Only owner and title are needed: what agents write by the onboarding brief has
 * `agent`, no id and no date.
 */
const SeedTask = z
  .looseObject({
    id: Text.optional(),
    agent_owner: Text.optional(),
    agent: Text.optional(),
    title: Text,
    description: z.string().default(''),
    created_at: z
      .string()
      .regex(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/, 'must look like 2026-05-06T00:00:00Z')
      .optional(),
    status: z.enum(['pending', 'in_progress', 'done', 'failed', 'escalated', 'killed']).default('pending'),
    parent_task_id: Text.nullish(),
    dependencies: z.array(Text).default([]),
    payload: z.record(z.string(), z.unknown()).default({}),
    priority: z.int().default(3),
    sprint_id: Text.nullish(),
  })
  .transform(({ agent, agent_owner: owner = agent, ...task }, context) => {
    if (owner === undefined) context.addIssue({ code: 'custom', message: 'agent_owner is missing' });
    return { ...task, agent_owner: owner ?? '' };
  });
export type SeedTask = z.output<typeof SeedTask>;

/** A seed file: a list of tasks. */
export const SeedFile = z.array(SeedTask).max(SEED_TASKS_MAX);
