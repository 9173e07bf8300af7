import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { createCommandAgent } from '../../src/adapters/agents/command.ts';
import { createProcessRunner } from '../../src/adapters/process/run-process.ts';
import { aFolder, aListener, aRequest, runAgent } from '../helpers/agent-run.ts';

const agent = createCommandAgent({ runner: createProcessRunner(), parentEnv: process.env });

/** Runs a script whose cost file is there, and hears what it spends. */
async function run(script: string, listener = aListener()) {
  const costPath = join(aFolder(), 'run.cost');
  const spent: number[] = [];
  const io = { ...listener.io, onSpend: (microUsd: number) => void spent.push(microUsd) };
  const request = aRequest({ command: ['sh', '-c', script], costPath });
  const outcome = await agent.run(request, io);
  return { outcome, spent, codes: listener.events.map(({ data }) => data.code), costPath };
}

test.each([
  ['dollars', 'echo 0.05', 50_000],
  ['whole dollars', 'echo 12', 12_000_000],
  ['nothing', 'echo 0', 0],
  ['the last line of several', 'echo 1; echo 2.5', 2_500_000],
  ['without a line end', 'printf 0.000001', 1],
  ['rounded to the micro-dollar', 'echo 0.0000019', 2],
  ['after a long story of its own', 'yes 9 | head -n 1000; echo 3', 3_000_000],
])('a command tells its cost: %s (R-SYS-018)', async (_, write, costMicroUsd) => {
  const { outcome, codes } = await run(`(${write}) > "$DISPATCH_COST_FILE"`);
  expect(outcome).toMatchObject({ kind: 'succeeded', costMicroUsd });
  expect(codes).not.toContain('cost_unreadable');
});

test.each([
  ['a negative amount', 'echo -5'],
  ['an exponent', 'echo 1e-9'],
  ['words', 'echo free'],
  ['NaN', 'echo NaN'],
  ['infinity', 'echo Infinity'],
  ['more than there is', 'echo 99999999'],
  ['JSON', `echo '{"total_cost_usd":0}'`],
  ['binary garbage', "printf '\\000\\377\\n0.0\\000'"],
])('%s in its cost file counts as unknown and is shown (F25, F41)', async (_, write) => {
  const { outcome, codes } = await run(`(${write}) > "$DISPATCH_COST_FILE"`);
  expect(outcome.kind).toBe('succeeded');
  expect(outcome.costMicroUsd).toBeUndefined();
  expect(codes).toContain('cost_unreadable');
});

test.each([
  ['a pipe', 'mkfifo "$DISPATCH_COST_FILE"'],
  ['a link', 'echo 0 > real; ln -s "$PWD/real" "$DISPATCH_COST_FILE"'],
  ['a folder', 'mkdir "$DISPATCH_COST_FILE"'],
  ['an empty file', ': > "$DISPATCH_COST_FILE"'],
  ['nothing at all', 'true'],
])('%s in place of its cost file counts as unknown (F25)', async (_, script) => {
  const { outcome } = await run(script);
  expect(outcome.kind).toBe('succeeded');
  expect(outcome.costMicroUsd).toBeUndefined();
});

test('what it prints is never taken for its cost (F25)', async () => {
  const { outcome } = await run(
    `echo '{"type":"result","total_cost_usd":0}'; echo 'DISPATCH_COST_FILE=0' >&2; echo 0.00`,
  );
  expect(outcome).not.toHaveProperty('costMicroUsd');
});

test('what it has spent so far is heard while it runs; stopped, it still counts (R-PROD-052, I4)', async () => {
  const listener = aListener();
  const costPath = join(aFolder(), 'run.cost');
  const spent: number[] = [];
  const onSpend = (microUsd: number) => {
    spent.push(microUsd);
    if (microUsd > 100_000) listener.stop('budget');
  };
  const script = 'echo 0.05 > "$DISPATCH_COST_FILE"; sleep 1.2; echo 0.11 >> "$DISPATCH_COST_FILE"; sleep 60';
  const request = aRequest({ command: ['sh', '-c', script], costPath });
  const outcome = await agent.run(request, { ...listener.io, onSpend });
  expect(outcome).toMatchObject({ kind: 'stopped', by: 'budget', costMicroUsd: 110_000 });
  expect(spent).toEqual([50_000, 110_000]);
  expect(readFileSync(costPath, 'utf8')).toBe('0.05\n0.11\n');
});

test('without a cost file nothing is named and nothing is known', async () => {
  const request = aRequest({ command: ['sh', '-c', 'test -z "$DISPATCH_COST_FILE"'] });
  const { outcome } = await runAgent(agent, request);
  expect(outcome).toMatchObject({ kind: 'succeeded' });
  expect(outcome).not.toHaveProperty('costMicroUsd');
});
