import type { Command } from 'commander';
import { getParallel } from '../../api/operations/get-parallel.ts';
import { startParallel } from '../../api/operations/start-parallel.ts';
import { act, type Call, type Cli, type Runtime } from '../cli.ts';
import { followPlan } from '../follow-plan.ts';
import { neutralise, oneLine } from '../neutralise.ts';
import { readText } from '../read-text.ts';
import type { ToldResult } from '../tell-result.ts';

interface Part {
  readonly job_id?: string;
  readonly status: string;
  readonly result?: ToldResult;
}
interface State {
  readonly id: string;
  readonly status: 'running' | 'done';
  readonly items: readonly Part[];
  readonly aggregated?: Part;
}

/** `dispatch parallel <file>`: several calls at once, each shown when it ends (R-AD-078, R-AD-081, R-AD-083). */
export function addParallel(runtime: Runtime, program: Command): void {
  program
    .command('parallel')
    .description('Hand tasks to several agents at once')
    .argument('<file>', 'JSON array of {agent, task, context?, …}; - reads it from stdin')
    .option('--aggregate <agent>', 'agent that makes one answer of all')
    .addHelpText(
      'after',
      `
Examples:
  $ dispatch parallel calls.json --aggregate writer
  $ echo '[{"agent": "web", "task": "Version?"}, {"agent": "api", "task": "Version?"}]' | dispatch parallel -`,
    )
    .action(act(runtime, all));
}

async function all(cli: Cli, { args, flags }: Call): Promise<number> {
  const dispatches = await readText(cli.io, String(args[0]));
  const aggregate = flags.aggregate === undefined ? {} : { aggregate: String(flags.aggregate) };
  const told = new Set<number>();
  return followPlan<State>(cli, {
    ...{ start: startParallel, look: getParallel, input: { dispatches, ...aggregate } },
    onLook({ items }) {
      for (const [index, { result, status }] of items.entries()) {
        if (result === undefined || told.has(index)) continue;
        told.add(index);
        cli.out.note(`  -> ${oneLine(result.agent)}: ${status}`);
      }
    },
    tell: (state) => tell(cli, state),
  });
}

function tell({ out }: Cli, state: State): number {
  const { items, aggregated } = state;
  const parts = aggregated === undefined ? items : [...items, aggregated];
  if (out.json) out.document(state);
  else out.data(parts.map(block).join('\n\n'));
  return parts.every(({ result }) => result?.success === true) ? 0 : 1;
}

function block({ status, result }: Part): string {
  if (result === undefined) return `## ${status}`;
  const said = result.success ? (result.result ?? result.summary) : result.error;
  return `## ${oneLine(result.agent)} [${result.success ? 'OK' : 'FAILED'}]\n${neutralise(said ?? '')}`;
}
