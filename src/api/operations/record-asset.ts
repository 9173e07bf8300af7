import { z } from 'zod';
import { ASSET_DISPOSITIONS } from '../../core/ports/ledger-book.ts';
import { runCommand } from '../command.ts';
import { taskId, wordsOf } from '../fields.ts';
import { filedBy, requireBook } from '../filed-by.ts';
import { word } from '../ledger-fields.ts';
import { defineOperation } from '../operation.ts';

const amount = (what: string) => z.number().min(0).max(1_000_000_000).default(0).describe(what);

/** `POST /assets`: something an agent made; the same path again is its next version (R-PROD-026). */
export const recordAsset = defineOperation({
  name: 'record-asset',
  summary: 'Register something that was made in the ledger',
  http: { method: 'POST', path: '/assets', success: 201, access: 'write' },
  forAgents: true,
  cli: {
    words: ['asset', 'add'],
    positionals: ['path'],
    examples: ['dispatch asset add art/hero.png --asset-type art --cost-usd 0.04'],
  },
  mcp: {
    tool: 'record_asset',
    forTasks: true,
    description:
      'Register a file you made that people are to get. Files you wrote are registered by themselves.',
    annotations: { destructiveHint: false },
  },
  needsWorkers: true,
  input: z.object({
    path: wordsOf(4_096, 'Path of the file'),
    asset_type: word('art, audio, content or any other word').default('other'),
    cost_usd: amount('What it cost, in dollars'),
    wall_clock_seconds: amount('How long it took, in seconds'),
    task_id: taskId().optional().describe('Task it was made for; that of the run when an agent made it'),
    agent: word('Who made it; the agent of the run, else the caller').optional(),
    prompt: wordsOf(65_536, 'What it was made from').optional(),
    seed: word('Seed it was made with').optional(),
    api: word('What made it').optional(),
    model: word('Model that made it').optional(),
    model_version: word('Version of the model').optional(),
    sha256: z
      .string()
      .regex(/^[0-9a-f]{64}$/, 'must be 64 hexadecimal digits')
      .optional()
      .describe('Its SHA-256'),
    disposition: z.enum(ASSET_DISPOSITIONS).default('shipped').describe('What becomes of it'),
  }),
  output: z.strictObject({ id: z.string(), version: z.int() }),
  async run(context, input) {
    requireBook(context);
    const by = await filedBy(context);
    const result = await runCommand(context, {
      operation: 'record-asset',
      asset: {
        ...{ path: input.path, assetType: input.asset_type, costUsd: input.cost_usd },
        ...{ wallClockSeconds: input.wall_clock_seconds, disposition: input.disposition },
        ...{ prompt: input.prompt ?? null, seed: input.seed ?? null, api: input.api ?? null },
        ...{ model: input.model ?? null, modelVersion: input.model_version ?? null },
        sha256: input.sha256 ?? null,
        taskId: input.task_id ?? by?.taskId ?? null,
        agent: by?.agent ?? input.agent ?? context.caller.actor,
      },
    });
    return result.status === 'accepted' ? result : (result.answer as { id: string; version: number });
  },
});
